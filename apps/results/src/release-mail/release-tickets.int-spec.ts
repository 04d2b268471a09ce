import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem, type Verdict } from '@sluice/contracts';
import { randomBytes } from 'node:crypto';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { queryReport } from '../report-scans/report.query.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { ReleaseMail, type ReleaseMailRequest } from './release-mail.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const hash = () => randomBytes(32).toString('hex');
const letThrough = { state: 'not detected', stateBefore: 'detect' };
const stopped = { state: 'detect', stateBefore: null };

describe('a mail that meets a mail sensor', () => {
  let ledger: LedgerFixture;
  let records: RecordVerdicts;
  let releases: ReleaseMail;
  let sensor: System;
  let mail: { sha256: string; mailDigest: string };

  beforeAll(async () => {
    ledger = await LedgerFixture.create();
    records = new RecordVerdicts(ledger.database, () => undefined);
    const store = { delete: () => Promise.resolve(), deleteSealed: () => Promise.resolve() };
    releases = new ReleaseMail(ledger.database, store, { warn: () => undefined }, noSharedFiles);
  });
  afterAll(() => ledger.close());
  beforeEach(async () => {
    await ledger.clear();
    await ledger.rows('DELETE FROM registry.tokens');
    await ledger.rows('DELETE FROM registry.operators');
    await addOperator('ann');
    sensor = await ledger.addSystem({ type: 'mail' });
    await ledger.set('releaseTicketMinutes', 60);
    mail = { sha256: hash(), mailDigest: hash() };
  });

  const addOperator = (username: string, since = '10 days') =>
    ledger.rows(
      `INSERT INTO registry.operators (id, username, role, password_hash, created_at)
       VALUES (gen_random_uuid(), $1, 'security-officer', '', now() - $2::interval)`,
      [username, since],
    );
  const mailItem = (changes: Partial<AcceptItem> = {}) =>
    itemOf(sensor, {
      objectType: 'email',
      mailFrom: 'joerg@example.com',
      rcptTo: [anna],
      ...mail,
      ...changes,
    });

  /** Sent by its sensor and scanned; what its caller is answered. */
  async function comes(changes: Partial<AcceptItem> = {}, outcome: Verdict['outcome'] = 'infected') {
    const item = mailItem(changes);
    const [accepted] = await new AcceptScans(ledger.database).accept([item]);
    await records.record(prepareVerdict(verdictOf(item, outcome)));
    const { registrationId, scanId } = item;
    const report = await queryReport(ledger.database.query, {
      registrationId,
      scanId: scanId ?? '',
      instance: null,
    });
    return {
      item,
      accepted: accepted?.outcome,
      report,
      answer: { state: report?.state, stateBefore: report?.released?.stateBefore ?? null },
    };
  }
  async function release(of: AcceptItem, changes: Partial<ReleaseMailRequest> = {}) {
    const { operator = 'ann' } = changes;
    const request: ReleaseMailRequest = {
      submissionIds: [of.submissionId],
      operator,
      operatorKind: 'operator',
      form: 'original',
      to: null,
      changeId: await ledger.announced(ledgerRpc.releaseMail, operator),
      ...changes,
    };
    expect(await releases.release(request)).toEqual(['done']);
  }
  /** Blocked, and released from quarantine. */
  async function released(changes: Partial<AcceptItem> = {}, how: Partial<ReleaseMailRequest> = {}) {
    const first = await comes(changes);
    expect(first.answer).toEqual(stopped);
    await release(first.item, how);
    return first.item;
  }
  const end = (state: 'delivered' | 'refused', ago = '0 s') =>
    ledger.rows(
      `UPDATE ledger.releases SET state = $1, pending = '{}', finished_at = now() - $2::interval,
         created_at = created_at - $2::interval`,
      [state, ago],
    );

  it('is let through when it was released, with all that was found, and so each time it comes again', async () => {
    await released();
    const again = await comes();
    expect(again.answer).toEqual(letThrough);
    expect(again.report).toMatchObject({ detections: [{ name: 'Test.Virus' }], detectionsTotal: 1 });
    await end('delivered', '59 min');
    expect((await comes({ sha256: hash() })).answer).toEqual(letThrough);
  });

  it.each<[Verdict['outcome'], string]>([
    ['error', 'error'],
    ['timeout', 'timeout'],
  ])('is let through when it was released, also when its scan ends in %s', async (outcome, stateBefore) => {
    await released();
    expect((await comes({}, outcome)).answer).toEqual({ state: 'not detected', stateBefore });
  });

  it('is let through where its engine fails each time, and stands among the failed jobs, but is not kept again', async () => {
    const first = await released();
    const again = mailItem();
    await new AcceptScans(ledger.database).accept([again]);
    for (const minute of [1, 2, 3, 4])
      await records.record(
        prepareVerdict(
          verdictOf(again, 'failed-attempt', {
            reason: 'engine-failed',
            startedAt: new Date(minute * 60_000).toISOString(),
          }),
        ),
      );
    expect(
      await ledger.rows('SELECT state, released FROM ledger.scans WHERE submission_id = $1', [
        again.submissionId,
      ]),
    ).toMatchObject([{ state: 'not detected', released: { stateBefore: 'error' } }]);
    expect(await ledger.rows('SELECT submission_id, reason FROM ledger.failed_jobs')).toEqual([
      { submission_id: again.submissionId, reason: 'too-many-attempts' },
    ]);
    expect(await ledger.rows('SELECT submission_id FROM ledger.kept_objects')).toEqual([
      { submission_id: first.submissionId },
    ]);
  });

  it('says nothing of a release when it is clean', async () => {
    await released();
    expect((await comes({}, 'clean')).answer).toEqual({ state: 'not detected', stateBefore: null });
  });

  it('raises its alert and is kept once', async () => {
    await released();
    await comes();
    await comes();
    expect(await ledger.rows('SELECT FROM ledger.alerts')).toHaveLength(1);
    expect(await ledger.rows('SELECT FROM ledger.kept_objects')).toHaveLength(1);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('is let through for all recipients of a release, and of several', async () => {
    const first = await released({ rcptTo: [anna, berta] });
    expect((await comes({ rcptTo: [berta] })).answer).toEqual(letThrough);
    expect((await comes({ rcptTo: [berta, anna.toUpperCase()] })).answer).toEqual(letThrough);
    await end('delivered');
    await release(first, { to: 'soc@bücher.example' });
    expect((await comes({ rcptTo: ['soc@xn--bcher-kva.example', anna] })).answer).toEqual(letThrough);
    expect((await comes({ rcptTo: ['soc@bücher.example'] })).answer).toEqual(letThrough);
  });

  it.each<[string, Partial<AcceptItem>]>([
    ['other bytes, whatever its trace fields say', { mailDigest: hash() }],
    ['no digest', { mailDigest: undefined }],
    ['another recipient', { rcptTo: [berta] }],
    ['a recipient more', { rcptTo: [anna, berta] }],
    ['no recipient', { rcptTo: [] }],
    ['as many recipients as a sensor names', { rcptTo: Array.from({ length: 80 }, () => anna) }],
    ['the type of a file', { objectType: 'file' }],
  ])('is stopped with %s', async (_what, changes) => {
    await released();
    expect((await comes()).answer).toEqual(letThrough);
    expect((await comes(changes)).answer).toEqual(stopped);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the release ended longer ago than is set', () => end('delivered', '61 min')],
    [
      'it waits for longer than notifiers try',
      () => ledger.rows(`UPDATE ledger.releases SET created_at = now() - interval '4 days 1 s'`),
    ],
    ['the receiver refused it', () => end('refused')],
    ['tickets were switched off meanwhile', () => ledger.set('releaseTicketMinutes', 0)],
    ['its operator is disabled', () => ledger.rows('UPDATE registry.operators SET is_disabled = true')],
    ['its operator may release no more', () => ledger.rows(`UPDATE registry.operators SET role = 'auditor'`)],
    ['its operator was deleted', () => ledger.rows('DELETE FROM registry.operators')],
    [
      'another took the name of its operator',
      async () => {
        await ledger.rows('DELETE FROM registry.operators');
        await addOperator('ann', '0 s');
      },
    ],
    [
      'a token has the name of its operator, who is gone',
      async () => {
        await ledger.rows('DELETE FROM registry.operators');
        await addOperator('owner');
        await addToken('ann', 'owner');
      },
    ],
  ])('is stopped when %s', async (_what, change) => {
    await released();
    expect((await comes()).answer).toEqual(letThrough);
    await change();
    expect((await comes()).answer).toEqual(stopped);
  });

  const addToken = (name: string, owner: string) =>
    ledger.rows(
      `INSERT INTO registry.tokens (id, name, token_hash, role, created_by, created_at, expires_at, owner_id)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'security-officer', $2, now() - interval '1 hour', now() + interval '1 day', id
       FROM registry.operators WHERE username = $2`,
      [name, owner],
    );

  it('is let through when a token released it, until that or its owner is stopped', async () => {
    await addToken('script', 'ann');
    await released({}, { operator: 'script', operatorKind: 'token' });
    expect((await comes()).answer).toEqual(letThrough);
    await ledger.rows('UPDATE registry.operators SET is_disabled = true');
    expect((await comes()).answer).toEqual(stopped);
    await ledger.rows('UPDATE registry.operators SET is_disabled = false');
    expect((await comes()).answer).toEqual(letThrough);
    await ledger.rows('UPDATE registry.tokens SET revoked_at = now()');
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is stopped at a sensor of another registration, and at a system of another type', async () => {
    await released();
    for (const type of ['mail', 'other'] as const) {
      const other = await ledger.addSystem({ type });
      expect((await comes(other)).answer).toEqual(stopped);
    }
  });

  it('is stopped once it is deleted from quarantine', async () => {
    const item = await released();
    await end('delivered');
    expect((await comes()).answer).toEqual(letThrough);
    const changeId = await ledger.announced(ledgerRpc.deleteKept);
    const deletion = { submissionIds: [item.submissionId], operator: 'ann', changeId };
    expect(await releases.delete(deletion)).toEqual(['done']);
    expect((await comes()).answer).toEqual(stopped);
  });

  it('has no ticket while releases go where no sensor is asked', async () => {
    await ledger.set('releaseTicketMinutes', 0);
    await released();
    expect(await ledger.rows('SELECT FROM ledger.release_tickets')).toEqual([]);
    await ledger.set('releaseTicketMinutes', 60);
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is let through as attachment by the digest that its notifier noted, and is not itself', async () => {
    await released({}, { form: 'attachment' });
    const wrapper = { sha256: hash(), mailDigest: hash() };
    expect((await comes(wrapper)).answer).toEqual(stopped);
    await ledger.rows('UPDATE ledger.releases SET wrapper_digest = $1', [wrapper.mailDigest]);
    expect((await comes(wrapper)).answer).toEqual(letThrough);
    expect((await comes({ ...wrapper, rcptTo: [berta] })).answer).toEqual(stopped);
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is scanned anew under the name of the scan that stopped it, and again after the release is over', async () => {
    const item = await released();
    const { scanId, registrationId } = item;
    const reportNow = () =>
      queryReport(ledger.database.query, { scanId: scanId ?? '', registrationId, instance: null });
    expect(await reportNow()).toBeNull();
    const again = await comes({ scanId });
    expect([again.accepted, again.answer]).toEqual(['accepted', letThrough]);
    expect(await reportNow()).toMatchObject({ state: 'not detected', released: { stateBefore: 'detect' } });
    await end('delivered', '61 min');
    const late = await comes({ scanId });
    expect([late.accepted, late.answer]).toEqual(['accepted', stopped]);
    // And that one is what its repeats meet.
    expect((await comes({ scanId })).accepted).toBe('exists');
  });

  it('is let through against a verdict that is known of its bytes, and makes no other known', async () => {
    await ledger.reportScanner({ decisionSet: 'd' });
    const first = mailItem();
    const engines = verdictOf(first, 'infected').engines.map((one) => ({
      ...one,
      signaturesAt: new Date().toISOString(),
    }));
    const decided = { decisionSet: 'd', engines };
    await new AcceptScans(ledger.database).accept([first]);
    await records.record(prepareVerdict(verdictOf(first, 'infected', decided)));
    await release(first);
    const known = await new AcceptScans(ledger.database).accept([mailItem(), mailItem({ rcptTo: [berta] })]);
    expect(known).toMatchObject([{ isDone: true }, { isDone: true }]);
    expect(
      await ledger.rows(
        'SELECT rcpt_to, state, released IS NOT NULL AS is_released FROM ledger.scans ORDER BY seq',
      ),
    ).toEqual([
      { rcpt_to: [anna], state: 'detect', is_released: false },
      { rcpt_to: [anna], state: 'not detected', is_released: true },
      { rcpt_to: [berta], state: 'detect', is_released: false },
    ]);
    await ledger.rows('DELETE FROM ledger.known_verdicts');
    const scanned = mailItem();
    await new AcceptScans(ledger.database).accept([scanned]);
    await records.record(prepareVerdict(verdictOf(scanned, 'infected', decided)));
    expect(await ledger.rows('SELECT FROM ledger.known_verdicts')).toEqual([]);
  });

  it('is stopped when the stored bytes are not those that came', async () => {
    await released();
    const item = mailItem();
    await new AcceptScans(ledger.database).accept([item]);
    await records.record(prepareVerdict(verdictOf({ ...item, sha256: hash() }, 'infected')));
    const [row] = await ledger.rows(
      'SELECT state, reason, released FROM ledger.scans WHERE submission_id = $1',
      [item.submissionId],
    );
    expect(row).toEqual({ state: 'error', reason: 'object-altered', released: null });
  });

  it('has its own verdict when an operator has it scanned again', async () => {
    const item = await released();
    const changeId = await ledger.announced(ledgerRpc.rescan);
    await new RescanObjects(ledger.database, {} as never, () => undefined, noSharedFiles).rescan(
      item.submissionId,
      changeId,
    );
    const [again] = await ledger.rows<{ submission_id: string }>(
      'SELECT submission_id FROM ledger.scans WHERE rescan_of IS NOT NULL',
    );
    const { submission_id: submissionId } = again!;
    await records.record(prepareVerdict(verdictOf({ submissionId, sha256: item.sha256 }, 'infected')));
    const [row] = await ledger.rows('SELECT state FROM ledger.scans WHERE submission_id = $1', [
      submissionId,
    ]);
    expect(row).toEqual({ state: 'detect' });
  });

  it('leaves its release in the audit log with the time it is let through for', async () => {
    await released();
    const [entry] = await ledger.rows<{ after: object }>(
      `SELECT after FROM registry.audit WHERE action = 'quarantine.release'`,
    );
    expect(entry?.after).toMatchObject({ ticketMinutes: 60 });
  });
});
