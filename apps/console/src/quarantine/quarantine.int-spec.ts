import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

describe('quarantine', () => {
  let app: ConsoleUnderTest;
  let token: string;
  const registrationId = randomUUID();

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('security-officer');
    await app.rows(
      `INSERT INTO registry.registrations (id, sensor_id, type, name) VALUES ($1, 'mx-1', 'mail', 'Mail')`,
      [registrationId],
    );
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    app.asked.length = 0;
    await app.rows('TRUNCATE ledger.kept_objects, ledger.releases');
    await receiver('127.0.0.1:10026');
  });

  const receiver = (to: string | null) =>
    app.rows(
      `INSERT INTO deliveries.sealing_key (public_key, console_url, releases_to) VALUES ('k', 'https://c', $1)
       ON CONFLICT (only_row) DO UPDATE SET releases_to = excluded.releases_to`,
      [to],
    );

  async function keep(changes: Record<string, unknown> = {}): Promise<string> {
    const row = {
      object_key: randomUUID(),
      size_bytes: 10,
      submission_id: randomUUID(),
      registration_id: registrationId,
      sensor_id: 'mx-1',
      is_mail: true,
      state: 'error',
      reason: 'encrypted',
      names: [],
      object_name: 'message.eml',
      object_type: 'email',
      sha256: 'a'.repeat(64),
      mail_from: 'joerg@example.com',
      rcpt_to: ['anna@example.org', 'berta@example.org'],
      mail: {
        from: null,
        to: ['anna@example.org'],
        cc: ['Berta@Example.org'],
        subject: 'Invoice of May',
        messageId: null,
      },
      ...changes,
    };
    await app.rows(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
         sensor_id, is_mail, state, reason, names, object_name, object_type, sha256, mail_from, rcpt_to, mail, hold, hold_at)
       SELECT k.object_key, k.size_bytes, now(), now() + interval '30 days', k.submission_id, k.registration_id, k.sensor_id,
         k.is_mail, k.state, k.reason, k.names, k.object_name, k.object_type, k.sha256, k.mail_from, k.rcpt_to, k.mail, k.hold, k.hold_at
       FROM jsonb_populate_record(NULL::ledger.kept_objects, $1) k`,
      [JSON.stringify(row)],
    );
    return row.submission_id;
  }
  const list = async (query = ''): Promise<{ id: string }[]> =>
    (await app.call('GET', `/api/quarantine?${query}`, { token })).body.items;
  const idsOf = async (query: string): Promise<string[]> => (await list(query)).map(({ id }) => id);

  it('shows who wrote to whom about what, why it is kept, and how its release went', async () => {
    const id = await keep();
    await app.rows(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, answers,
         operator, state, created_at, due_at, finished_at)
       VALUES (gen_random_uuid(), $1, 'k', 's', 'original', '', '{anna@example.org}', '{}',
         '[{"recipient": "anna@example.org", "outcome": "taken", "answer": "250 2.0.0 Ok: queued as 1"}]', 'ann',
         'delivered', now(), now(), now())`,
      [id],
    );
    expect(await list()).toMatchObject([
      {
        id,
        state: 'error',
        reason: 'encrypted',
        alertId: null,
        message: {
          sender: 'joerg@example.com',
          recipients: ['anna@example.org', 'berta@example.org'],
          subject: 'Invoice of May',
        },
        release: { operator: 'ann', state: 'delivered', answers: [{ answer: '250 2.0.0 Ok: queued as 1' }] },
      },
    ]);
  });

  it('says of which mail no one else has a copy, and finds these', async () => {
    const id = await keep({ hold: 'held', hold_at: '2026-11-26T12:00:00Z' });
    const refused = await keep({ hold: 'refused', hold_at: '2026-11-26T13:00:00Z' });
    await keep();
    expect(await list('hold=held')).toMatchObject([
      { id, hold: { state: 'held', since: '2026-11-26T12:00:00.000Z' } },
    ]);
    expect(await idsOf('hold=refused')).toEqual([refused]);
    expect(await list()).toMatchObject([{ hold: null }, { id: refused }, { id }]);
    expect((await app.call('GET', '/api/quarantine?hold=maybe', { token })).status).toBe(400);
  });

  it('is shown when its system was deleted, too: what Sluice alone has hangs on no registration', async () => {
    const gone = randomUUID();
    await app.rows(
      `INSERT INTO registry.registrations (id, sensor_id, type, name) VALUES ($1, 'mx-2', 'mail', 'Mail')`,
      [gone],
    );
    const held = { hold: 'held', hold_at: '2026-11-26T12:00:00Z' };
    const id = await keep({ registration_id: gone, sensor_id: 'mx-2', ...held });
    await app.rows('DELETE FROM registry.registrations WHERE id = $1', [gone]);
    expect(await list('subject=invoice&sensorId=mx-2')).toMatchObject([{ id, hold: { state: 'held' } }]);
  });

  it('is found by what people ask for, newest first, page by page', async () => {
    const mail = await keep();
    const other = await keep({
      mail_from: 'x%y@example.com',
      rcpt_to: ['carl@example.org'],
      mail: { to: ['carl@example.org'], subject: 'Other' },
      names: ['Eicar-Test'],
      state: 'detect',
      reason: null,
      sensor_id: 'mx-2',
    });
    const file = await keep({
      object_type: 'file',
      is_mail: false,
      object_name: 'a.zip',
      mail_from: null,
      mail: null,
      rcpt_to: [],
    });
    for (const [query, ids] of [
      ['', [file, other, mail]],
      ['sender=JOERG', [mail]],
      ['sender=x%25y', [other]],
      ['recipient=berta', [mail]],
      ['recipient=%25', []],
      ['subject=of%20may', [mail]],
      ['reason=encrypted&type=mail', [mail]],
      ['state=detect', [other]],
      ['sensorId=mx-2', [other]],
      ['q=eicar', [other]],
      ['q=a.zip', [file]],
      [`q=${'A'.repeat(64)}`, [file, other, mail]],
      ['until=2020-01-01T00:00:00Z', []],
    ] as const)
      expect([query, await idsOf(query)]).toEqual([query, ids]);
    const first = await app.call('GET', '/api/quarantine?limit=2', { token });
    expect(await idsOf(`limit=2&cursor=${String(first.body.nextCursor)}`)).toEqual([mail]);
  });

  it('names no one whom the message does not name, and finds no one by guessing', async () => {
    const id = await keep({
      rcpt_to: ['anna@example.org', 'hidden@example.org', 'gone@example.org'],
      mail: { to: ['ANNA@example.org'], subject: 'x' },
    });
    const unreadable = await keep({ mail: null, rcpt_to: ['dora@example.org'] });
    const answers = [
      { recipient: 'anna@example.org', outcome: 'taken', answer: '250 2.0.0 Ok' },
      { recipient: 'hidden@example.org', outcome: 'later', answer: '450 4.2.1 <hidden@example.org> is full' },
      { recipient: 'gone@example.org', outcome: 'refused', answer: 'gone@example.org is unknown' },
    ];
    await app.rows(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, answers,
         attempt_log, operator, created_at, due_at)
       SELECT gen_random_uuid(), $1, 'k', 's', 'original', '', ARRAY(SELECT jsonb_array_elements_text(rcpt_to)), '{}', $2,
         ledger.note_attempt(ledger.note_attempt('[]', $2, '2026-11-26T12:00Z'), $2, '2026-11-26T12:05Z'),
         'ann', now(), '2026-11-26T12:20Z' FROM ledger.kept_objects WHERE submission_id = $1`,
      [id, JSON.stringify(answers)],
    );
    const shown = await list();
    const hidden = [
      answers[0],
      { recipient: null, outcome: 'later', answer: '450 4.2.1' },
      { recipient: null, outcome: 'refused', answer: '' },
    ];
    expect(shown).toMatchObject([
      { id: unreadable, message: { recipients: [], blindRecipients: 1 } },
      {
        message: { recipients: ['anna@example.org'], blindRecipients: 2 },
        release: {
          recipients: ['anna@example.org'],
          answers: hidden,
          nextAttemptAt: '2026-11-26T12:20:00.000Z',
          attemptLog: [
            {
              from: '2026-11-26T12:00:00.000Z',
              until: '2026-11-26T12:05:00.000Z',
              count: 2,
              answers: hidden,
            },
          ],
        },
      },
    ]);
    expect(JSON.stringify(shown)).not.toMatch(/hidden|gone|dora/);
    for (const query of ['recipient=hidden', 'q=hidden', 'recipient=dora', 'q=gone'])
      expect([query, await idsOf(query)]).toEqual([query, []]);
    expect(await idsOf('recipient=anna')).toEqual([id]);
  });

  const release = (body: object) => app.call('POST', '/api/quarantine/release', { token, body });

  it('is left by asking results, in the name of the operator; each of many has an outcome', async () => {
    const ids = [randomUUID(), randomUUID()];
    app.answerRpc = () => ({ outcomes: ['done', 'conflict'] });
    const body = { ids: [...ids, ids[0]], to: 'soc@example.org', form: 'attachment', comment: 'it is ours' };
    expect((await release(body)).body).toEqual({
      items: [
        { id: ids[0], outcome: 'done' },
        { id: ids[1], outcome: 'conflict' },
      ],
    });
    const changeId: unknown = expect.any(String);
    const operator = 'test security-officer';
    expect(app.asked).toEqual([
      {
        pattern: 'ledger.console.release-mail',
        request: {
          submissionIds: ids,
          operator,
          operatorKind: 'token',
          form: 'attachment',
          to: 'soc@example.org',
          comment: 'it is ours',
          changeId,
        },
      },
    ]);
    await app.call('POST', '/api/quarantine/delete', { token, body: { ids } });
    expect(app.asked[1]).toEqual({
      pattern: 'ledger.console.delete-kept',
      request: { submissionIds: ids, operator, changeId },
    });
    const refusal = await app.call('POST', '/api/quarantine/refuse', {
      token,
      body: { ids, comment: 'spam' },
    });
    expect(refusal.body.items).toHaveLength(2);
    expect(app.asked[2]).toEqual({
      pattern: 'ledger.console.refuse-held',
      request: { submissionIds: ids, operator, comment: 'spam', changeId },
    });
    expect((await app.announced()).slice(-3).map(({ actor, action }) => [actor, action])).toEqual([
      [operator, 'quarantine.release'],
      [operator, 'quarantine.delete'],
      [operator, 'quarantine.refuse'],
    ]);
  });

  it('releases nothing while no notifier knows where to, and says what to set', async () => {
    await receiver(null);
    const refused = await release({ ids: [randomUUID()] });
    expect(refused).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('RELEASE_SMTP_URL') },
    });
    const unable = await app.call('POST', '/api/quarantine/refuse', { token, body: { ids: [randomUUID()] } });
    expect(unable.status).toBe(409);
    expect(app.asked).toEqual([]);
  });

  it.each([
    {},
    { ids: [] },
    { ids: ['7'] },
    { ids: Array.from({ length: 101 }, () => randomUUID()) },
    { ids: [randomUUID()], to: 'two@example.org, three@example.org' },
    { ids: [randomUUID()], to: 'a@example.org\r\nRCPT TO:<b@example.org>' },
    { ids: [randomUUID()], form: 'raw' },
  ])('takes no request like %j', async (body) => {
    expect((await release(body)).status).toBe(400);
    expect(app.asked).toEqual([]);
  });
});
