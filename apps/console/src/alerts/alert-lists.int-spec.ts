import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { insertAlert } from '../testing/insert-alert.js';

const nowhere = {
  clientAddress: null,
  clientName: null,
  helo: null,
  authenticatedUser: null,
  queueId: null,
  messageId: null,
};

describe('lists of alerts', () => {
  let app: ConsoleUnderTest;
  let token: string;
  const ids: number[] = [];
  const sameBytes = 'a'.repeat(64);

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('auditor');
    const given = [
      { importance: 'low', sha256: sameBytes },
      { importance: 'high', sha256: sameBytes, objectName: '=HYPERLINK("x")' },
      { importance: 'medium', mailFrom: 'a@example.org' },
      { importance: 'high' },
      { importance: 'low', mailFrom: 'b@example.org', mailOrigin: { ...nowhere, queueId: '4XyZ1' } },
    ] as const;
    for (const one of given) ids.push(await insertAlert(app, one));
  });
  afterAll(() => app.stop());

  const list = async (query: string) => (await app.call('GET', `/api/alerts?${query}`, { token })).body;
  const idsOf = (page: { items: { id: number }[] }) => page.items.map((one) => one.id);

  it.each([
    ['newest', [4, 3, 2, 1, 0]],
    ['oldest', [0, 1, 2, 3, 4]],
    ['importance', [3, 1, 2, 4, 0]],
  ])('come %s first, page by page without a gap', async (sort, order) => {
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: number }[]; nextCursor: string | null } = await list(
        `sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...idsOf(page));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(order.map((index) => ids[index]));
  });

  it('refuse a cursor of another order', async () => {
    const { nextCursor } = await list('sort=newest&limit=2');
    const answer = await app.call('GET', `/api/alerts?sort=importance&cursor=${nextCursor}`, { token });
    expect(answer.status).toBe(400);
  });

  it('say how many earlier alerts were on the same bytes', async () => {
    const { items } = await list(`sha256=${sameBytes}`);
    expect(items.map((one: { seenBefore: number }) => one.seenBefore)).toEqual([1, 0]);
  });

  it('find the mail of one sender', async () => {
    expect(idsOf(await list('sender=b@example.org'))).toEqual([ids[4]]);
  });

  it.each([
    ['a whole hash, in capitals', sameBytes.toUpperCase(), [1, 0]],
    ['a part of a name', 'yperlin', [1]],
    ['what the MTA calls a mail', '4xyz', [4]],
    ['a sender', 'b@example', [4]],
    ['the beginning of a hash', 'aaaaaaaaa', [1, 0]],
    ['a hash no one sent', 'b'.repeat(32), []],
  ])('find %s', async (_what, q, order) => {
    expect(idsOf(await list(`q=${q}`))).toEqual(order.map((index) => ids[index]));
  });

  it.each([
    ['hash', [[sameBytes, 2, 2]]],
    [
      'sender',
      [
        ['a@example.org', 1, 1],
        ['b@example.org', 1, 1],
      ],
    ],
    ['detection', [['Test', 5, 5]]],
    ['system', [['fs-1', 5, 5]]],
  ])('are grouped by %s, the largest first', async (by, first) => {
    const { body } = await app.call('GET', `/api/alert-groups?by=${by}`, { token });
    const groups = body.items.map((one: { key: string; count: number; newCount: number }) => [
      one.key,
      one.count,
      one.newCount,
    ]);
    expect(groups.slice(0, first.length)).toEqual(first);
    expect(body.isMore).toBe(false);
  });

  it('are found by what is known of a mail and what is inside of an object', async () => {
    const subject = `Rechnung "März" ${'x'.repeat(40)}`;
    const id = await insertAlert(app, {
      objectName: 'message.eml',
      mailFrom: 'c@example.org',
      recipients: ['dave@example.net'],
      subject,
      inside: ['parcel.zip', 'C:\\temp\\run.exe'],
    });
    for (const q of ['"März', 'dave@', 'PARCEL.zip', 'temp\\run'])
      expect([q, idsOf(await list(`q=${encodeURIComponent(q)}`))]).toEqual([q, [id]]);
    expect((await app.call('GET', '/api/alert-search', { token })).body).toEqual({
      isComplete: true,
      fewestCharacters: 3,
      problem: null,
    });
  });

  it('are found by the name operators gave to the system', async () => {
    const registration = randomUUID();
    await app.rows(
      `INSERT INTO registry.registrations (id, sensor_id, type, name) VALUES ($1, 'fs-9', 'other', 'Archive of 1998')`,
      [registration],
    );
    const id = await insertAlert(app, { registrationId: registration });
    expect(idsOf(await list('q=of 1998'))).toEqual([id]);
  });

  it('are found and grouped by the part that was detected, whatever object it is in', async () => {
    const part = 'c'.repeat(64);
    const parts = [
      await insertAlert(app, { inside: ['a.zip', 'run.exe'], part }),
      await insertAlert(app, { inside: ['run.exe'], part }),
    ].reverse();
    expect(idsOf(await list(`part=${part.toUpperCase()}`))).toEqual(parts);
    expect(idsOf(await list(`q=${part}`))).toEqual(parts);
    const alone = await insertAlert(app, { sha256: part });
    expect(idsOf(await list(`q=${part}`))).toEqual([alone, ...parts]);
    const { body } = await app.call('GET', '/api/alert-groups?by=part', { token });
    expect(body.items).toMatchObject([{ key: part, name: 'Test', count: 2 }]);
  });

  it('do not take two letters for a search', async () => {
    expect((await app.call('GET', '/api/alerts?q=ab', { token })).status).toBe(400);
  });

  it('are exported whole, with cells no spreadsheet takes for formulas', async () => {
    const { status, headers, body } = await app.call('GET', '/api/alert-export?importance=high', { token });
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="alerts-.*\.csv"$/);
    const lines = String(body).trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('are exported with who closed each, when, as what and why, and what was not examined, in words', async () => {
    const id = await insertAlert(app, { importance: 'low', state: 'closed', objectName: 'closed.zip' });
    const places = [{ path: ['closed.zip', 'private.7z'], engine: 'inspector', reason: 'encrypted' }];
    await app.rows(
      `UPDATE ledger.alerts SET disposition = 'false-positive', not_examined = $2, not_examined_total = 3 WHERE id = $1`,
      [id, JSON.stringify(places)],
    );
    const log = (operator: string, state: string, comment: string) =>
      app.rows(
        `INSERT INTO ledger.alert_log (alert_id, at, operator, state_before, state_after, comment)
         VALUES ($1, '2026-11-27T12:00:00Z', $2, 'new', $3, $4)`,
        [id, operator, state, comment],
      );
    await log('m.weber', 'closed', 'at first');
    await log('m.weber', 'in-process', 'once more');
    await log('k.osei', 'closed', 'The canteen’s own form.');
    const { body } = await app.call('GET', `/api/alert-export?importance=low`, { token });
    const [head = '', ...lines] = String(body).trim().split('\r\n');
    const line = lines.find((one) => one.startsWith(`${id},`)) ?? '';
    const cells = Object.fromEntries(head.split(',').map((name, index) => [name, line.split(',')[index]]));
    expect(cells).toMatchObject({
      state: 'Closed',
      importance: 'Low',
      disposition: 'False positive',
      'closed by': 'k.osei',
      'closed at': '2026-11-27T12:00:00.000Z',
      'closing comment': 'The canteen’s own form.',
      'not examined': 'closed.zip › private.7z: A part is encrypted; 2 more',
      'found by': 'Antivirus',
      source: 'External system',
    });
  });
  it('are not exported to no one in particular', async () => {
    expect((await app.call('GET', '/api/alert-export')).status).toBe(401);
  });
});
