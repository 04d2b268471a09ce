import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertCard, FailedJob, Scan, ScanCard } from '@sluice/console-api';
import type { ScanState } from '@sluice/contracts';
import { randomUUID } from 'node:crypto';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { insertAlert } from '../testing/insert-alert.js';

const sender = 'joerg@example.com';
const subject = 'Contract of May';
const places = [{ path: ['message.eml', 'private.7z'], engine: 'inspector', reason: 'encrypted' }];

describe('mail in the lists and on the cards of scans, alerts and failed jobs', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('auditor');
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    await app.rows('TRUNCATE ledger.failed_jobs');
  });

  const get = async <Body>(path: string): Promise<Body> =>
    (await app.call('GET', path, { token })).body as Body;
  const found = async (q: string): Promise<string[]> =>
    (await get<{ items: Scan[] }>(`/api/scans?q=${encodeURIComponent(q)}`)).items.map(({ id }) => id);

  /** A mail's scan; `hold` undefined: nothing of it is kept, as of all that is clean. */
  async function scanned(state: ScanState, hold?: 'held' | null, id: string = randomUUID()): Promise<string> {
    const objectKey = randomUUID();
    const sha256 = objectKey.replaceAll('-', '').repeat(2);
    const mail = JSON.stringify({ subject, to: ['anna@example.org'], cc: [] });
    const recipients = JSON.stringify(['anna@example.org', 'blind@example.org']);
    await app.rows(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, is_shown, shown_state, state,
         reason, object_key, sha256, size_bytes, object_type, object_name, mail_from, rcpt_to, mail, source_address, queue,
         priority, accepted_at, published_at, finished_at, not_examined, not_examined_total)
       VALUES ($1, gen_random_uuid(), 'mx-1', true, '', true, $2, $2, $3, $4, $5, 1, 'email', 'message.eml', $6, $7, $8,
         '127.0.0.1', 'mail', 5, now(), now(), now(), $9, $10)`,
      [
        id,
        state,
        state === 'error' ? 'encrypted' : null,
        objectKey,
        sha256,
        sender,
        recipients,
        mail,
        JSON.stringify(state === 'error' ? places : []),
        state === 'error' ? 1 : 0,
      ],
    );
    if (hold === undefined) return id;
    await app.rows(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
         sensor_id, is_mail, state, reason, object_name, object_type, sha256, mail_from, rcpt_to, mail, hold, hold_at)
       SELECT object_key, 1, now(), now() + interval '30 days', submission_id, registration_id, sensor_id, true, state,
         reason, object_name, object_type, sha256, mail_from, rcpt_to, mail, $2::text, CASE WHEN $2::text IS NOT NULL THEN now() END
       FROM ledger.scans WHERE submission_id = $1`,
      [id, hold],
    );
    return id;
  }

  it('says of what was not examined where, who wrote to whom, and that Sluice holds it', async () => {
    const id = await scanned('error', 'held');
    const card = await get<ScanCard>(`/api/scans/${id}`);
    expect(card).toMatchObject({
      state: 'error',
      notExamined: places,
      kept: { id, hold: { state: 'held' } },
    });
    const message = { sender, subject, recipients: ['anna@example.org'], blindRecipients: 1 };
    expect([card.message, card.kept?.message]).toEqual([message, message]);
    const { items } = await get<{ items: Scan[] }>('/api/scans?limit=1');
    expect(items).toMatchObject([{ id, message }]);
    // The list stays the list: what is kept of each is on its card.
    expect(items[0]).not.toHaveProperty('kept');
  });

  it('names neither sender nor subject of clean mail, and finds none by them', async () => {
    const clean = await scanned('not detected');
    const kept = await scanned('error', null);
    expect(await get<ScanCard>(`/api/scans/${clean}`)).toMatchObject({ message: null, kept: null });
    for (const q of ['joerg@EXAMPLE', 'contract of']) {
      const ids = await found(q);
      expect([q, ids.includes(kept), ids.includes(clean)]).toEqual([q, true, false]);
    }
    expect(await found('blind@example.org')).toEqual([]);
    expect(await found('contract%of')).toEqual([]);
  });

  it('stands on the card of an alert, which says when its scan is gone', async () => {
    const id = await insertAlert(app, { mailFrom: sender });
    const [row] = await app.rows<{ submission_id: string }>(
      'SELECT submission_id FROM ledger.alerts WHERE id = $1',
      [id],
    );
    const before = await get<AlertCard>(`/api/alerts/${id}`);
    expect(before).toMatchObject({ kept: null, scan: { isRemoved: true } });
    await scanned('detect', null, row?.submission_id);
    const after = await get<AlertCard>(`/api/alerts/${id}`);
    expect(after).toMatchObject({ kept: { message: { subject } }, scan: { isRemoved: false } });
  });

  it('is in tables to keep, in words, with what was not examined', async () => {
    const id = await scanned('error', null);
    await scanned('not detected');
    await app.rows(
      `INSERT INTO ledger.failed_jobs (kind, submission_id, reason, failed_at) VALUES ('scan', $1, 'too-many-attempts', now())`,
      [id],
    );
    const linesOf = async (path: string) =>
      String((await app.call('GET', path, { token })).body)
        .trim()
        .split('\r\n')
        .slice(1);
    const [line, ...others] = await linesOf('/api/scan-export?state=error&q=contract');
    expect(line).toMatch(
      /,Not examined,A part is encrypted,message\.eml › private\.7z: A part is encrypted,0,Mail sensor,mx-1,/,
    );
    expect(line).toContain(`${sender},anna@example.org,${subject},`);
    expect(line).toMatch(new RegExp(`/scans/${id}$`));
    expect(others.every((one) => one.includes('Not examined'))).toBe(true);
    const jobs = await linesOf('/api/failed-job-export?kind=scan');
    expect(jobs).toEqual([
      expect.stringMatching(/,Scan,Engines failed on it repeatedly,,mx-1,message\.eml,/),
    ]);
    expect(jobs[0]).toContain(`,${sender},${subject},`);
    for (const path of ['/api/scan-export', '/api/failed-job-export'])
      expect((await app.call('GET', path)).status).toBe(401);
  });

  it('tells failed jobs apart', async () => {
    const id = await scanned('error', null);
    await app.rows(
      `INSERT INTO ledger.failed_jobs (kind, submission_id, reason, failed_at) VALUES ('scan', $1, 'too-many-attempts', now()),
         ('message', NULL, 'bad-message', now())`,
      [id],
    );
    const { items } = await get<{ items: FailedJob[] }>('/api/failed-jobs');
    expect(items).toMatchObject([{ message: null }, { scan: id, message: { sender, subject } }]);
    const one = await get<FailedJob>(`/api/failed-jobs/${items[1]?.id}`);
    expect(one.message).toMatchObject({ subject });
  });
});
