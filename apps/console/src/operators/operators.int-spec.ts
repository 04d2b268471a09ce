import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { readFile } from 'node:fs/promises';
import { PreparationService } from '../lifecycle/preparation.service.js';
import { ConsoleUnderTest, type Answer } from '../testing/console-under-test.js';

describe('operators', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    await new Promise<void>((done) => app.get(PreparationService).begin(done));
  });
  afterAll(() => app.stop());

  const add = (username: string, role = 'auditor') =>
    app.call('POST', '/api/operators', { token, body: { username, role, password: 'long enough for all' } });
  const idOf = async (username: string) =>
    (
      (await app.call('GET', '/api/operators?limit=500', { token })).body.items as {
        id: string;
        username: string;
      }[]
    ).find((one) => one.username === username)?.id ?? '';

  const somebodyWaits = (): Promise<unknown> => {
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return until(async () => (await app.rows(sql)).length > 0);
  };

  it('are added once, whatever the letters of their name', async () => {
    const answers = await Promise.all([add('Anna'), add('anna'), add('ANNA')]);
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409, 409]);
  });

  it('never show a password or its hash, in answers or in the audit log', async () => {
    const { body } = await add('bert');
    const seen = JSON.stringify([
      body,
      (await app.call('GET', '/api/operators', { token })).body,
      (await app.call('GET', '/api/audit', { token })).body,
    ]);
    expect(seen).not.toMatch(/long enough|scrypt/);
  });

  it('sign out everywhere when they are disabled, or get another role or password', async () => {
    await add('carl', 'administrator');
    const id = await idOf('carl');
    for (const change of [{ role: 'auditor' }, { password: 'another long one' }, { isDisabled: true }]) {
      const password = 'role' in change || 'password' in change ? 'long enough for all' : 'another long one';
      const { cookie } = await app.signIn('carl', password);
      expect((await app.call('PATCH', `/api/operators/${id}`, { token, body: change })).status).toBe(200);
      expect((await app.call('GET', '/api/session', { headers: { cookie } })).status).toBe(401);
    }
    const body = { username: 'carl', password: 'another long one' };
    expect((await app.call('POST', '/api/session', { body })).status).toBe(401);
  });

  it('can delete their own account, and are named for it in the audit log', async () => {
    const gone = { username: 'gone', role: 'administrator', password: 'long enough for all' } as const;
    const { id, headers } = await app.addOperator(token, gone);
    expect((await app.call('DELETE', `/api/operators/${id}`, { headers })).status).toBe(204);
    expect(
      await app.rows(`SELECT actor, target FROM registry.audit WHERE action = 'operator.delete'`),
    ).toContainEqual({ actor: 'gone', target: 'gone' });
  });

  it('always keep one administrator, also while another change is removing the last but one', async () => {
    await add('second', 'administrator');
    const [second, admin] = [await idOf('second'), await idOf('admin')];
    let answer: Promise<Answer> | undefined;
    await app.database.transaction(async (query) => {
      await query('DELETE FROM registry.operators WHERE id = $1', [second]);
      answer = app.call('DELETE', `/api/operators/${admin}`, { token });
      await Promise.race([answer, somebodyWaits()]);
    });
    expect((await answer)?.status).toBe(409);
  });

  it.each([
    ['a short password', { username: 'dora', role: 'auditor', password: 'short' }],
    ['a name with a blank', { username: 'do ra', role: 'auditor', password: 'long enough for all' }],
    ['an unknown role', { username: 'dora', role: 'root', password: 'long enough for all' }],
    ['an unknown field', { username: 'dora', role: 'auditor', password: 'long enough for all', id: 1 }],
  ])('are not added with %s', async (_, body) => {
    expect((await app.call('POST', '/api/operators', { token, body })).status).toBe(400);
  });
});

describe('tokens', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
    for (const username of ['owner', 'spare'])
      await app.call('POST', '/api/operators', {
        token,
        body: { username, password: 'long enough for all', role: 'administrator' },
      });
  });
  afterAll(() => app.stop());

  const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
  const make = async (body: object = {}) =>
    app.call('POST', '/api/tokens', {
      token,
      body: { name: 'ci', role: 'auditor', expiresAt: tomorrow(), operator: 'owner', ...body },
    });
  const use = (secret: string) => app.call('GET', '/api/session', { token: secret });

  it('are shown once, and stored hashed', async () => {
    const { body } = await make();
    expect((await use(body.token)).body).toEqual({
      username: 'ci',
      role: 'auditor',
      kind: 'token',
      csrfToken: null,
    });
    const dump = JSON.stringify([
      await app.rows('SELECT * FROM registry.tokens'),
      await app.rows('SELECT * FROM registry.audit'),
    ]);
    expect(dump).not.toContain(body.token);
  });

  it('end when they are revoked, or over', async () => {
    const [revoked, over] = [(await make()).body, (await make()).body];
    expect((await app.call('DELETE', `/api/tokens/${revoked.id}`, { token })).status).toBe(204);
    expect((await app.call('DELETE', `/api/tokens/${revoked.id}`, { token })).status).toBe(404);
    await app.rows('UPDATE registry.tokens SET expires_at = now() WHERE id = $1', [over.id]);
    expect([(await use(revoked.token)).status, (await use(over.token)).status]).toEqual([401, 401]);
  });

  it.each([
    ['deleted', (route: string) => app.call('DELETE', route, { token })],
    ['disabled', (route: string) => app.call('PATCH', route, { token, body: { isDisabled: true } })],
    ['demoted', (route: string) => app.call('PATCH', route, { token, body: { role: 'auditor' } })],
    ['deleted in the database', () => app.rows(`DELETE FROM registry.operators WHERE username = 'eva'`)],
    [
      'disabled in the database',
      () => app.rows(`UPDATE registry.operators SET is_disabled = true WHERE username = 'eva'`),
    ],
  ])('end with their operator: %s', async (_, end) => {
    await app.rows(`DELETE FROM registry.operators WHERE username = 'eva'`);
    const body = { username: 'eva', password: 'long enough for all', role: 'administrator' };
    const { id } = (await app.call('POST', '/api/operators', { token, body })).body;
    const own = (await make({ role: 'administrator', operator: 'eva' })).body;
    expect((await use(own.token)).status).toBe(200);
    // What such a token makes belongs to the same operator, and ends with it too.
    const child = (
      await app.call('POST', '/api/tokens', {
        token: own.token,
        body: { name: 'child', role: 'administrator', expiresAt: tomorrow() },
      })
    ).body;
    expect(child.operator).toBe('eva');
    await end(`/api/operators/${id}`);
    expect([(await use(own.token)).status, (await use(child.token)).status]).toEqual([401, 401]);
  });

  it('do no more than their operator may', async () => {
    const body = { username: 'olga', password: 'long enough for all', role: 'security-officer' };
    await app.call('POST', '/api/operators', { token, body });
    expect((await make({ role: 'administrator', operator: 'olga' })).status).toBe(400);
    expect((await make({ role: 'auditor', operator: 'olga' })).status).toBe(201);
  });

  it('work only from where they may', async () => {
    const [near, far] = [
      (await make({ addressRanges: ['127.0.0.0/8'] })).body,
      (await make({ addressRanges: ['10.0.0.0/8', '2001:db8::/32'] })).body,
    ];
    expect([(await use(near.token)).status, (await use(far.token)).status]).toEqual([200, 401]);
  });

  it.each([
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['more than a year to live', { expiresAt: new Date(Date.now() + 400 * 86_400_000).toISOString() }],
    ['an operator there is none of', { operator: 'nobody' }],
    ['no operator, by this machine', { operator: undefined }],
    ['a range with host bits', { addressRanges: ['10.0.0.1/8'] }],
    ['a range that is none', { addressRanges: ['10.0.0.0/33'] }],
    ['no range at all', { addressRanges: [] }],
  ])('are not made with %s', async (_, body) => {
    expect((await make(body)).status).toBe(400);
  });

  it('are listed page by page', async () => {
    const first = (await app.call('GET', '/api/tokens?limit=2', { token })).body;
    const second = (await app.call('GET', `/api/tokens?limit=2&cursor=${first.nextCursor}`, { token })).body;
    const ids = [...first.items, ...second.items].map((one: { id: string }) => one.id);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('the token of this machine', () => {
  it('is made again when the file is gone or holds another one, and kept when it is good', async () => {
    const app = await ConsoleUnderTest.start();
    try {
      const file = app.config.LOCAL_TOKEN_FILE ?? '';
      const prepare = () => new Promise<void>((done) => app.get(PreparationService).begin(done));
      await prepare();
      const first = await readFile(file, 'utf8');
      await prepare();
      expect(await readFile(file, 'utf8')).toBe(first);
      await app.rows('UPDATE registry.tokens SET revoked_at = now()');
      await prepare();
      const second = (await readFile(file, 'utf8')).trim();
      expect(second).not.toBe(first.trim());
      expect((await app.call('GET', '/api/session', { token: second })).body).toMatchObject({
        role: 'administrator',
      });
    } finally {
      await app.stop();
    }
  });
});
