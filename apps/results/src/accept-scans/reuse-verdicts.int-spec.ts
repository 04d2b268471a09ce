import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem, type Verdict } from '@sluice/contracts';
import { ExpireRecords } from '../expire-records/expire-records.service.js';
import { forgetVerdicts } from '../forget-verdicts/forget-verdicts.query.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import type { Recorded } from '../record-verdicts/record-verdicts.query.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { queryReport } from '../report-scans/report.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { AcceptScans } from './accept-scans.service.js';

const sets = { old: '0'.repeat(32), now: '1'.repeat(32) };
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

let ledger: LedgerFixture;
let accepts: AcceptScans;
let records: RecordVerdicts;
let system: System;
let afterwards: Recorded[];

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(
    ledger.database,
    () => undefined,
    (reused) => afterwards.push(...reused),
  );
  records = new RecordVerdicts(ledger.database, () => undefined);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  afterwards = [];
  system = await ledger.addSystem();
  await ledger.reportScanner({ decisionSet: sets.now });
});

const accept = async (item: AcceptItem) => (await accepts.accept([item]))[0];
/** Signatures of yesterday, so that no spec fails when the year is over. */
const examined = (
  item: AcceptItem,
  outcome: Verdict['outcome'],
  { signaturesAt = daysAgo(1), ...changes }: Partial<Verdict> & { signaturesAt?: string } = {},
) => {
  const verdict = verdictOf(item, outcome, { decisionSet: sets.now, ...changes });
  const engines = changes.engines ?? verdict.engines.map((engine) => ({ ...engine, signaturesAt }));
  return records.record(prepareVerdict({ ...verdict, engines }));
};
/** Sends it, and has it scanned. */
async function scanned(
  outcome: Verdict['outcome'],
  changes: Parameters<typeof examined>[2] = {},
  item = itemOf(system),
): Promise<AcceptItem> {
  await accept(item);
  await examined(item, outcome, changes);
  return item;
}
/** The same bytes under another scanId. */
const repeatOf = (item: AcceptItem, changes: Partial<AcceptItem> = {}): AcceptItem => ({
  ...itemOf(system),
  sha256: item.sha256,
  objectType: item.objectType,
  ...changes,
});
const isReused = async (item: AcceptItem): Promise<boolean> => {
  const answer = await accept(item);
  expect(answer?.outcome).toBe('accepted');
  return answer?.outcome === 'accepted' && answer.isDone === true;
};
const report = ({ registrationId, scanId, instance }: AcceptItem) =>
  queryReport(ledger.database.query, { registrationId, scanId: scanId ?? '', instance });

describe('the same bytes again', () => {
  it('get the verdict in the accept, with a report, statistics and counters of their own', async () => {
    const first = await scanned('clean');
    const repeat = repeatOf(first);
    expect(await isReused(repeat)).toBe(true);
    const [original, told] = [await report(first), await report(repeat)];
    expect(original).toMatchObject({ state: 'not detected', reused: null });
    expect(told).toMatchObject({
      state: 'not detected',
      reused: { examinedAt: original?.times.finished },
      engines: original?.engines,
      object: { type: 'application/zip', md5: '0'.repeat(32) },
      attempts: 0,
    });
    expect(Date.parse(told?.times.finished ?? '')).toBeGreaterThanOrEqual(
      Date.parse(told?.times.accepted ?? ''),
    );
    expect(afterwards).toEqual([
      expect.objectContaining({
        submissionId: repeat.submissionId,
        state: 'not detected',
        isObjectDone: true,
      }),
    ]);
    expect(
      await ledger.rows('SELECT sum(accepted) AS accepted, sum(not_detected) AS clean FROM ledger.minutes'),
    ).toEqual([{ accepted: 2, clean: 2 }]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('raise an alert of their own, which says so, and keep their object', async () => {
    const first = await scanned('infected');
    const repeat = repeatOf(first);
    expect(await isReused(repeat)).toBe(true);
    const alerts = await ledger.rows(
      'SELECT submission_id, reused_of, importance, technologies, detections FROM ledger.alert_list ORDER BY id',
    );
    expect(alerts).toMatchObject([
      { submission_id: first.submissionId, reused_of: null },
      { submission_id: repeat.submissionId, reused_of: first.submissionId },
    ]);
    expect(alerts[1]).toMatchObject({
      importance: 'high',
      technologies: ['am'],
      detections: alerts[0]?.['detections'],
    });
    expect(await ledger.rows('SELECT object_key FROM ledger.kept_objects ORDER BY seq')).toEqual([
      { object_key: first.objectKey },
      { object_key: repeat.objectKey },
    ]);
    expect(afterwards).toMatchObject([{ state: 'detect', isObjectDone: false }]);
  });

  it('are answered alike when the request comes twice, and when it is only asked about', async () => {
    const first = await scanned('clean');
    const repeat = repeatOf(first);
    const answer = await accept(repeat);
    expect(await accept(repeat)).toEqual(answer);
    expect(await accept({ ...repeat, onlyIfKnown: true })).toEqual(answer);
    expect(afterwards).toHaveLength(1);
  });

  it('hit many in one message, beside what is new', async () => {
    const first = await scanned('clean');
    const items = [repeatOf(first), itemOf(system), repeatOf(first)];
    const answers = await accepts.accept(items);
    expect(answers.map((one) => one.outcome === 'accepted' && one.isDone === true)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('join what shares their scanId: all of it is told when all is done, and the worst', async () => {
    const known = await scanned('clean');
    const open = itemOf(system);
    await accept(open);
    const repeat = repeatOf(known, { scanId: open.scanId });
    expect(await isReused(repeat)).toBe(true);
    expect(await report(open)).toMatchObject({ state: 'processing' });
    await examined(open, 'infected');
    expect(await report(open)).toMatchObject({ state: 'detect' });
  });
});

describe('a verdict is not told again', () => {
  it.each<[string, (first: AcceptItem) => Partial<AcceptItem>]>([
    ['another type', () => ({ objectType: 'email' })],
    ['other bytes', () => ({ sha256: 'e'.repeat(64) })],
    ['passwords of the caller', () => ({ passwordsMark: 'a'.repeat(32) })],
    ['a gateway that does not know of it', () => ({ takesDone: false })],
  ])('to %s', async (_what, changes) => {
    const first = await scanned('clean');
    expect(await isReused(repeatOf(first, changes(first)))).toBe(false);
    expect(await isReused(repeatOf(first))).toBe(true);
  });

  const engine = verdictOf({ submissionId: '', sha256: '' }, 'clean')
    .engines[0] as Verdict['engines'][number];
  it.each<[string, Verdict['outcome'], Partial<Verdict>]>([
    ['an error', 'error', {}],
    ['a timeout', 'timeout', { reason: 'engine-timeout' }],
    ['a scan that cannot say what decided', 'clean', { decisionSet: undefined }],
    ['a detection with a part that was not seen', 'infected', { notExaminedTotal: 1 }],
    [
      'a detection before which an engine failed',
      'infected',
      { engines: [{ ...engine, outcome: 'failed' }] },
    ],
    [
      'a detection beside what an engine could not see',
      'infected',
      { engines: [engine, { ...engine, outcome: 'unscannable' }] },
    ],
    [
      'bytes that were exchanged',
      'clean',
      {
        object: {
          md5: '0'.repeat(32),
          sha1: '0'.repeat(40),
          sha256: 'e'.repeat(64),
          detectedType: 'x/y',
          mail: null,
        },
      },
    ],
    ['a clean that no engine for content said', 'clean', { engines: [{ ...engine, engine: 'hash-list' }] }],
  ])('of %s', async (_what, outcome, changes) => {
    const first = await scanned(outcome, changes);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('when passwords of its caller took part', async () => {
    const first = await scanned('clean', {}, itemOf(system, { passwordsMark: 'a'.repeat(32) }));
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('when a policy made it', async () => {
    await ledger.choose(system, { encrypted: 'not detected' });
    const first = await scanned('error', {
      notExaminedReasons: ['encrypted'],
      notExaminedTotal: 1,
      notExamined: [{ path: [], engine: 'clamav', reason: 'encrypted' }],
    });
    expect(await report(first)).toMatchObject({ state: 'not detected', policyApplied: {} });
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('after a later scan of the same bytes ended otherwise', async () => {
    const first = await scanned('clean');
    const second = repeatOf(first, { takesDone: false });
    await scanned('infected', { notExaminedTotal: 1 }, second);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('beyond reuseVerdictsMinutes, and never when that is 0', async () => {
    const first = await scanned('clean');
    await ledger.database.query(
      `UPDATE ledger.known_verdicts SET recorded_at = recorded_at - interval '61 minutes'`,
    );
    expect(await isReused(repeatOf(first))).toBe(false);
    await ledger.set('reuseVerdictsMinutes', 62);
    expect(await isReused(repeatOf(first))).toBe(true);
    await ledger.set('reuseVerdictsMinutes', 0);
    expect(await isReused(repeatOf(first))).toBe(false);
    await scanned('clean');
    expect(await ledger.rows('SELECT count(*) AS n FROM ledger.known_verdicts')).toEqual([{ n: 1 }]);
  });

  it('by a pair that is not accepted any more, nor beyond a limit', async () => {
    const first = await scanned('clean');
    await ledger.set('maxConcurrentScans', 1);
    await accept(itemOf(system));
    expect(await accept(repeatOf(first))).toMatchObject({ outcome: 'limit' });
    await ledger.database.query(`UPDATE registry.certificates SET state = 'rejected'`);
    expect(await accept(repeatOf(first))).toEqual({ outcome: 'not-accepted' });
  });
});

describe('what decides is of now', () => {
  it('of two scanners with different signatures the newer ones, whoever reported last', async () => {
    await ledger.reportScanner({ instance: 'old', decisionSet: sets.old, signaturesAt: daysAgo(2) });
    const byOld = await scanned('clean', { decisionSet: sets.old, scanner: 'old' });
    const byNew = await scanned('clean');
    expect(await isReused(repeatOf(byOld))).toBe(false);
    expect(await isReused(repeatOf(byNew))).toBe(true);
    // The newer one is not ready any more: then the other one's.
    await ledger.reportScanner({ decisionSet: sets.now, isReady: false });
    expect(await isReused(repeatOf(byNew))).toBe(false);
    expect(await isReused(repeatOf(byOld))).toBe(true);
  });

  it('after a change of the allow list on one of two scanners what it says, though the other one comes back later', async () => {
    const before = await scanned('infected');
    await ledger.reportScanner({ instance: 'other', decisionSet: sets.now });
    const changed = '2'.repeat(32);
    const signaturesAt = daysAgo(1);
    await ledger.reportScanner({ decisionSet: changed, signaturesAt });
    await ledger.reportScanner({ instance: 'other', decisionSet: sets.now, signaturesAt });
    expect(await isReused(repeatOf(before))).toBe(false);
    // A third starts with the old list.
    await ledger.reportScanner({ instance: 'third', decisionSet: sets.now, signaturesAt });
    expect(await isReused(repeatOf(before))).toBe(false);
    const after = await scanned('clean', { decisionSet: changed });
    expect(await isReused(repeatOf(after))).toBe(true);
  });

  it('no one when no scanner is ready, all are silent, or none can say it', async () => {
    const first = await scanned('clean');
    await ledger.reportScanner({ decisionSet: null });
    expect(await isReused(repeatOf(first))).toBe(false);
    await ledger.reportScanner({ decisionSet: sets.now });
    expect(await isReused(repeatOf(first))).toBe(true);
    await ledger.database.query(`UPDATE ledger.instances SET seen_at = seen_at - interval '16 seconds'`);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('no one from a change of a setting until a scanner knows it', async () => {
    const first = await scanned('clean');
    await ledger.set('maxDepth', 3);
    await ledger.database.query('UPDATE registry.settings SET revision = 2');
    expect(await isReused(repeatOf(first))).toBe(false);
    await ledger.reportScanner({ decisionSet: sets.now, registryRevision: 2 });
    expect(await isReused(repeatOf(first))).toBe(true);
  });

  it('signatures that have become too old since do not', async () => {
    const first = await scanned('clean', { signaturesAt: daysAgo(2) });
    expect(await isReused(repeatOf(first))).toBe(true);
    await ledger.set('maxSignatureAgeHours', 47);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('test signatures only while they are allowed', async () => {
    const tested = {
      engines: [
        {
          ...verdictOf({ submissionId: '', sha256: '' }, 'clean').engines[0],
          signaturesAt: null,
          isTestSignatures: true,
        } as Verdict['engines'][number],
      ],
    };
    const first = await scanned('clean', tested);
    expect(await isReused(repeatOf(first))).toBe(false);
    await ledger.set('allowTestSignatures', true);
    expect(await isReused(repeatOf(first))).toBe(true);
  });
});

describe('another system', () => {
  it('gets it only while shareVerdicts is on, as its own alert', async () => {
    const other = await ledger.addSystem();
    const first = await scanned('infected');
    const repeat = () => repeatOf(first, { ...itemOf(other), sha256: first.sha256 });
    expect(await isReused(repeat())).toBe(false);
    await ledger.set('shareVerdicts', true);
    expect(await isReused(repeat())).toBe(true);
    expect(await ledger.rows('SELECT registration_id FROM ledger.alert_list ORDER BY id')).toEqual([
      { registration_id: system.registrationId },
      { registration_id: other.registrationId },
    ]);
  });
});

describe('known verdicts', () => {
  it('are forgotten by scanner and time, with an entry in the audit log', async () => {
    const [first, second] = [
      await scanned('clean', { scanner: 's1' }),
      await scanned('clean', { scanner: 's2' }),
    ];
    const forget = async (which: { scanner?: string; from?: string; until?: string }) =>
      forgetVerdicts(ledger.database, {
        ...which,
        changeId: await ledger.announced(ledgerRpc.forgetVerdicts, 'ada'),
      });
    const soon = new Date(Date.now() + 60_000).toISOString();
    expect(await forget({ scanner: 's1', from: soon })).toBe(0);
    expect(await isReused(repeatOf(first))).toBe(true);
    expect(await forget({ scanner: 's1', until: soon })).toBe(1);
    expect([await isReused(repeatOf(first)), await isReused(repeatOf(second))]).toEqual([false, true]);
    expect(await forget({})).toBe(1);
    expect(await isReused(repeatOf(second))).toBe(false);
    expect(
      await ledger.rows(`SELECT action, target, after FROM registry.audit WHERE actor = 'ada' ORDER BY id`),
    ).toMatchObject([
      { action: 'scan.forget-verdicts', target: 'verdicts of scanner s1', after: { forgotten: 0 } },
      { after: { forgotten: 1 } },
      { target: 'verdicts of all scanners', after: { forgotten: 1 } },
    ]);
  });

  it('go when their time is over, and are bounded in number', async () => {
    const old = await scanned('clean');
    await ledger.database.query(
      `UPDATE ledger.known_verdicts SET recorded_at = recorded_at - interval '2 hours' WHERE submission_id = $1`,
      [old.submissionId],
    );
    const [second, third] = [await scanned('clean'), await scanned('clean')];
    await new ExpireRecords(ledger.database).expire();
    const left = () => ledger.rows('SELECT submission_id FROM ledger.known_verdicts ORDER BY recorded_at');
    expect(await left()).toEqual([
      { submission_id: second.submissionId },
      { submission_id: third.submissionId },
    ]);
    await new ExpireRecords(ledger.database, 1).expire();
    expect(await left()).toEqual([{ submission_id: third.submissionId }]);
  });

  it('are one for each system, bytes and type, however often it was scanned', async () => {
    const first = await scanned('clean');
    await scanned('clean', {}, repeatOf(first, { takesDone: false }));
    const third = repeatOf(first, { takesDone: false, submissionId: randomUUID() });
    await scanned('infected', {}, third);
    expect(await ledger.rows('SELECT submission_id FROM ledger.known_verdicts')).toEqual([
      { submission_id: third.submissionId },
    ]);
  });
});
