import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHash, randomUUID } from 'node:crypto';
import { ConsoleUnderTest } from '../../testing/console-under-test.js';
import { KeptStore } from '../../testing/kept-store.js';
import { openPool } from './preview-sandbox.js';

const mail = Buffer.from(
  [
    'From: Ann <ann@example.com>',
    'To: Anna <anna@example.org>',
    'Subject: Invoice of May',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Pay at \u202etoday',
    '--b',
    'Content-Type: application/zip; name=invoice.zip',
    '',
    'PK',
    '--b--',
    '',
  ].join('\r\n'),
);

describe('mail in quarantine, read by an operator', () => {
  let app: ConsoleUnderTest;
  let administrator: string;
  let objects: KeptStore;
  let reader: { id: string; headers: Record<string, string> };
  const registrationId = randomUUID();

  beforeAll(async () => {
    objects = await KeptStore.create();
    app = await ConsoleUnderTest.start(objects.environment);
    administrator = await app.token('administrator');
    const operator = { username: 'reader', role: 'auditor', password: 'long enough for all' } as const;
    reader = await app.addOperator(administrator, operator);
    await app.rows(
      `INSERT INTO registry.registrations (id, sensor_id, type, name) VALUES ($1, 'mx-1', 'mail', 'Mail')`,
      [registrationId],
    );
  });
  afterAll(async () => {
    await app.stop();
    await objects.remove();
  });
  beforeEach(() => mayRead(true));

  async function mayRead(canReadMail: boolean): Promise<void> {
    await app.rows('UPDATE registry.operators SET can_read_mail = $2 WHERE id = $1', [
      reader.id,
      canReadMail,
    ]);
  }
  async function keep(given: { bytes?: Buffer; type?: 'email' | 'file'; isSealed?: boolean } = {}) {
    const { bytes = mail, type = 'email', isSealed = true } = given;
    const key = await objects.put(bytes);
    if (isSealed) await objects.seal(key);
    const id = randomUUID();
    await app.rows(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
         sensor_id, is_mail, state, object_type, sha256, mail_from, rcpt_to, mail)
       VALUES ($1, $2, now(), now() + interval '30 days', $3, $4, 'mx-1', true, 'error', $5, $6, 'joerg@example.com',
         '["Anna@example.org", "hidden@example.org"]', '{"to": ["anna@example.org"], "subject": "Invoice of May"}')`,
      [...[key, bytes.length, id, registrationId, type], createHash('sha256').update(bytes).digest('hex')],
    );
    return { id, key };
  }
  const read = (id: string, body: unknown = { reason: 'ticket 7' }, headers = reader.headers) =>
    app.call('POST', `/api/quarantine/${id}/preview`, { body, headers });
  const entries = (id: string) =>
    app.rows<{ actor: string; after: unknown }>(
      `SELECT actor, after FROM registry.audit WHERE action = 'quarantine.preview' AND target = $1`,
      [`scan ${id}`],
    );

  it('is text with its header fields and all recipients; who looked and why is in the audit log each time', async () => {
    const { id } = await keep();
    const { status, body } = await read(id);
    expect(status).toBe(200);
    expect(body).toEqual({
      recipients: ['Anna@example.org', 'hidden@example.org'],
      blindRecipients: ['hidden@example.org'],
      headers: [
        { name: 'From', value: 'Ann <ann@example.com>' },
        { name: 'To', value: 'Anna <anna@example.org>' },
        { name: 'Subject', value: 'Invoice of May' },
        { name: 'Content-Type', value: 'multipart/mixed; boundary=b' },
      ],
      parts: [
        { depth: 0, type: 'text/plain', name: null, sizeBytes: 15, text: 'Pay at [U+202E]today' },
        { depth: 0, type: 'application/zip', name: 'invoice.zip', sizeBytes: 2, text: null },
      ],
      isCut: false,
    });
    await read(id, { reason: '  once more ' });
    const sha256 = createHash('sha256').update(mail).digest('hex');
    expect(await entries(id)).toEqual([
      { actor: 'reader', after: { reason: 'ticket 7', sha256 } },
      { actor: 'reader', after: { reason: 'once more', sha256 } },
    ]);
  });

  it('is shown to no one without the permission, whatever the role, and to no token', async () => {
    const { id } = await keep();
    await mayRead(false);
    expect(await read(id)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('permission of its own') },
    });
    const byToken = await app.call('POST', `/api/quarantine/${id}/preview`, {
      token: administrator,
      body: { reason: 'x' },
    });
    expect(byToken.status).toBe(403);
    expect(await entries(id)).toEqual([]);
  });

  it.each([{}, { reason: '' }, { reason: '  ' }, { reason: 'a'.repeat(1025) }, { reason: 7 }])(
    'needs a reason: %j is none',
    async (body) => expect((await read((await keep()).id, body)).status).toBe(400),
  );

  it('is off for a new operator, given by an administrator, and that is in the audit log', async () => {
    const password = 'long enough for all';
    const added = await app.addOperator(administrator, { username: 'new', role: 'administrator', password });
    const session = async (headers: Record<string, string>) =>
      (await app.call('GET', '/api/session', { headers })).body.canReadMail;
    expect(await session(added.headers)).toBe(false);
    const body = { canReadMail: true };
    const byAuditor = await app.call('PATCH', `/api/operators/${added.id}`, {
      headers: reader.headers,
      body,
    });
    expect(byAuditor.status).toBe(403);
    await app.call('PATCH', `/api/operators/${added.id}`, { token: administrator, body });
    const { cookie } = await app.signIn('new', password);
    expect(await session({ cookie })).toBe(true);
    const [entry] = await app.rows(
      `SELECT before ->> 'canReadMail' AS before, after ->> 'canReadMail' AS after FROM registry.audit
       WHERE action = 'operator.change' AND target = 'new' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toEqual({ before: 'false', after: 'true' });
  });

  it('is not shown, and not noted as shown, when its bytes are not those that were scanned', async () => {
    const { id, key } = await keep({ isSealed: false });
    await objects.store.delete(key);
    const other = await keep({ bytes: Buffer.from('Subject: other\r\n\r\nx'), isSealed: false });
    await app.rows('UPDATE ledger.kept_objects SET sha256 = $2 WHERE submission_id = $1', [
      other.id,
      'a'.repeat(64),
    ]);
    expect((await read(other.id)).status).toBe(409);
    expect((await read(id)).status).toBe(404);
    expect([...(await entries(id)), ...(await entries(other.id))]).toEqual([]);
  });

  it('is read where it is mail and in quarantine', async () => {
    expect((await read(randomUUID())).status).toBe(404);
    expect((await read((await keep({ type: 'file' })).id)).status).toBe(409);
  });

  it('is cut where it is larger than is parsed, and says so', async () => {
    const bytes = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), Buffer.alloc(9 * 1024 * 1024, 'a')]);
    const { body } = await read((await keep({ bytes })).id);
    expect(body).toMatchObject({ isCut: true, headers: [{ name: 'Subject', value: 'large' }] });
    expect(body.parts[0].text).toHaveLength(50_000);
  });

  it('is parsed nowhere where nothing can be kept apart', () => {
    expect(() => openPool({ kind: 'permissions-only', why: 'there is no perl' })).toThrow('there is no perl');
    const unbounded = { kind: 'filters', isReadingBounded: false, why: 'no unshare' } as const;
    expect(() => openPool(unbounded)).toThrow('no Landlock');
  });
});
