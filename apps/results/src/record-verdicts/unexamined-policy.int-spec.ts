import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AcceptItem,
  type PolicyAction,
  type PolicyChange,
  type UnexaminedReason,
  type Verdict,
  policyDetectionName,
  unexaminedReasons,
  verdictSchema,
} from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { queryReport } from '../report-scans/report.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { prepareVerdict } from './prepare-verdict.js';
import { RecordVerdicts } from './record-verdicts.service.js';

let ledger: LedgerFixture;
let accepts: AcceptScans;
let records: RecordVerdicts;
let system: System;
let item: AcceptItem;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(ledger.database);
  records = new RecordVerdicts(ledger.database, () => undefined);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  system = await ledger.addSystem();
  item = itemOf(system);
  await accepts.accept([item]);
});

const today = new Date().toISOString();
const run = (changes: Partial<Verdict['engines'][number]> = {}) => ({
  ...verdictOf(item, 'clean').engines[0]!,
  signaturesAt: today,
  ...changes,
});
const place = (reason: UnexaminedReason, path = ['a.zip', `${reason}.bin`]) => ({
  path,
  engine: 'inspector',
  reason,
});

/** A scanner's word on an object that it did not see in full, for these reasons. */
function unexamined(reasons: readonly UnexaminedReason[], changes: Partial<Verdict> = {}): Verdict {
  const [reason = null] = reasons;
  return verdictOf(item, 'error', {
    reason,
    engines: [run(), run({ engine: 'inspector', outcome: 'unscannable', reason })],
    notExamined: reasons.map((one) => place(one)),
    notExaminedTotal: reasons.length,
    notExaminedReasons: [...reasons],
    ...changes,
  });
}
const record = (verdict: Verdict) => records.record(prepareVerdict(verdict));
const report = () =>
  queryReport(ledger.database.query, {
    registrationId: system.registrationId,
    scanId: item.scanId ?? '',
    instance: null,
  });
const alerts = () => ledger.rows('SELECT * FROM ledger.alert_list ORDER BY id');
const scan = async () =>
  (await ledger.rows('SELECT * FROM ledger.scan_list WHERE submission_id = $1', [item.submissionId]))[0];
const letAllThrough = Object.fromEntries(
  unexaminedReasons.map((reason) => [reason, 'not detected']),
) as PolicyChange;

describe('without a policy', () => {
  it.each(unexaminedReasons)('what is not examined because it is %s is an error', async (reason) => {
    expect(await record(unexamined([reason]))).toMatchObject({ state: 'error' });
    expect(await report()).toMatchObject({ state: 'error', reason, policyApplied: null });
  });
});

describe('a policy', () => {
  it.each(unexaminedReasons)(
    'that lets %s through says so in the report, and the object is kept',
    async (reason) => {
      await ledger.choose(system, { [reason]: 'not detected' });
      expect(await record(unexamined([reason]))).toMatchObject({
        state: 'not detected',
        isObjectDone: false,
      });
      expect(await report()).toMatchObject({
        state: 'not detected',
        reason,
        notExamined: [place(reason)],
        detections: [],
        policyApplied: { state: 'not detected', stateBefore: 'error', reasons: [reason], version: 1 },
      });
      expect(await scan()).toMatchObject({ has_object: true });
      expect(await alerts()).toEqual([]);
      expect(await ledger.counterErrors()).toEqual([]);
    },
  );

  it.each(unexaminedReasons)(
    'that takes %s for a detection makes an alert under a name that says so',
    async (reason) => {
      await ledger.choose(system, { [reason]: 'detect' });
      expect(await record(unexamined([reason]))).toMatchObject({ state: 'detect' });
      const detection = {
        engine: 'policy',
        technology: 'am',
        name: policyDetectionName(reason),
        path: place(reason).path,
      };
      expect(await report()).toMatchObject({
        state: 'detect',
        reason,
        detections: [detection],
        detectionsTotal: 1,
        policyApplied: { state: 'detect', stateBefore: 'error', reasons: [reason], version: 1 },
      });
      expect(await alerts()).toEqual([
        expect.objectContaining({
          names: [policyDetectionName(reason)],
          importance: 'medium',
          not_examined: [place(reason)],
          policy_applied: expect.objectContaining({ version: 1 }),
        }),
      ]);
    },
  );

  it.each<[PolicyAction, PolicyAction | undefined, PolicyAction]>([
    ['not detected', 'not detected', 'not detected'],
    ['not detected', undefined, 'error'],
    ['not detected', 'error', 'error'],
    ['not detected', 'detect', 'detect'],
    ['detect', 'error', 'detect'],
    ['detect', undefined, 'detect'],
  ])('of several reasons takes the strictest: %s and %s is %s', async (first, second, state) => {
    await ledger.choose(system, { encrypted: first, ...(second !== undefined && { damaged: second }) });
    await record(unexamined(['encrypted', 'damaged']));
    expect(await report()).toMatchObject({ state });
    expect((await alerts()).length).toBe(state === 'detect' ? 1 : 0);
  });

  it('weighs reasons of places that are counted and not listed', async () => {
    await ledger.choose(system, { encrypted: 'not detected' });
    await record(
      unexamined(['encrypted'], { notExaminedTotal: 200, notExaminedReasons: ['encrypted', 'damaged'] }),
    );
    expect(await report()).toMatchObject({ state: 'error', policyApplied: null });
  });

  it('has no say in what is counted while the reasons of it are not known', async () => {
    await ledger.choose(system, letAllThrough);
    await record(unexamined(['encrypted'], { notExaminedTotal: 2, notExaminedReasons: [] }));
    expect(await report()).toMatchObject({ state: 'error' });
  });

  it('that counts is the one of the moment of recording, in both directions', async () => {
    const second = itemOf(system);
    await accepts.accept([second]);
    await ledger.choose(system, { encrypted: 'not detected' });
    await record(unexamined(['encrypted']));
    expect(await report()).toMatchObject({ policyApplied: { version: 1 }, state: 'not detected' });
    await ledger.choose(system, {});
    item = second;
    await record(unexamined(['encrypted']));
    expect(await report()).toMatchObject({ policyApplied: null, state: 'error' });
  });

  it('is of its system alone, also in one batch', async () => {
    const other = await ledger.addSystem();
    const theirs = itemOf(other);
    await accepts.accept([theirs]);
    await ledger.choose(system, { encrypted: 'not detected' });
    const mine = unexamined(['encrypted']);
    const their = { ...mine, submissionId: theirs.submissionId };
    their.object = { ...mine.object!, sha256: theirs.sha256 };
    const outcomes = await records.recordAll([mine, their].map(prepareVerdict));
    expect(outcomes).toEqual([
      expect.objectContaining({ state: 'not detected' }),
      expect.objectContaining({ state: 'error' }),
    ]);
  });

  it('makes the state that a group of overlapping submissions shows', async () => {
    await ledger.choose(system, { encrypted: 'detect' });
    const second = itemOf(system, { scanId: item.scanId, instance: item.instance });
    await accepts.accept([second]);
    await record(unexamined(['encrypted']));
    await record(verdictOf(second, 'clean'));
    expect(await report()).toMatchObject({ state: 'detect', policyApplied: { version: 1 } });
  });

  it('lets nothing of a detection through', async () => {
    await ledger.choose(system, letAllThrough);
    await record(unexamined(['encrypted'], { detections: verdictOf(item, 'infected').detections }));
    expect(await report()).toMatchObject({ state: 'detect', policyApplied: null });
  });
});

describe('no policy covers', () => {
  beforeEach(() => ledger.choose(system, letAllThrough));

  const day = 86_400_000;
  it.each<[string, () => Verdict, string]>([
    [
      'an engine that failed beside',
      () => unexamined(['encrypted'], { engines: [run({ outcome: 'failed', reason: 'engine-failed' })] }),
      'error',
    ],
    [
      'an engine that failed and does not say why',
      () => unexamined(['encrypted'], { engines: [run(), run({ outcome: 'failed', reason: null })] }),
      'error',
    ],
    [
      'a part an engine failed on',
      () => unexamined(['encrypted'], { notExaminedReasons: ['encrypted', 'engine-failed'] }),
      'error',
    ],
    [
      'a timeout',
      () => ({ ...unexamined(['encrypted']), outcome: 'timeout', reason: 'engine-timeout' }),
      'timeout',
    ],
    ['a failed attempt', () => ({ ...unexamined(['encrypted']), outcome: 'failed-attempt' }), 'processing'],
    [
      'an engine that ran out of time beside',
      () =>
        unexamined(['encrypted'], { engines: [run(), run({ outcome: 'failed', reason: 'engine-timeout' })] }),
      'error',
    ],
    [
      'test signatures',
      () => unexamined(['encrypted'], { engines: [run({ isTestSignatures: true })] }),
      'error',
    ],
    [
      'old signatures',
      () =>
        unexamined(['encrypted'], {
          engines: [run({ signaturesAt: new Date(Date.now() - 8 * day).toISOString() })],
        }),
      'error',
    ],
    [
      'a verdict whose reason is the signatures',
      () => unexamined(['encrypted'], { reason: 'signatures-too-old' }),
      'error',
    ],
    [
      'no engine for content',
      () => unexamined(['encrypted'], { engines: [run({ engine: 'inspector' })] }),
      'error',
    ],
    ['no engine at all', () => unexamined(['encrypted'], { engines: [] }), 'error'],
    ['bytes that no one hashed', () => unexamined(['encrypted'], { object: null }), 'error'],
    [
      'other bytes',
      () =>
        unexamined(['encrypted'], {
          object: { ...verdictOf(item, 'clean').object!, sha256: 'e'.repeat(64) },
        }),
      'error',
    ],
    ['a clean that nothing proves', () => unexamined(['encrypted'], { outcome: 'clean' }), 'error'],
    ['an error without a reason', () => unexamined([], { reason: null }), 'error'],
    ['an object that is gone', () => unexamined([], { reason: 'object-missing', object: null }), 'error'],
  ])('%s', async (_title, verdict, state) => {
    await record(verdict());
    expect(await report()).toMatchObject({ state, policyApplied: null });
  });

  it('an item whose own reason is none of the object', async () => {
    await records.record({ ...prepareVerdict(unexamined(['encrypted'])), reason: 'engine-failed' });
    expect(await report()).toMatchObject({ state: 'error', policyApplied: null });
  });

  it('a scanner’s claim of a policy', async () => {
    await ledger.choose(system, {});
    const claim = { state: 'not detected', stateBefore: 'error', reasons: ['encrypted'], version: 9 };
    const message = verdictSchema.parse({
      ...unexamined(['encrypted']),
      policyApplied: claim,
      policy_applied: claim,
      policy: letAllThrough,
      policyReasons: ['encrypted'],
    });
    await record(message);
    expect(await report()).toMatchObject({ state: 'error', policyApplied: null });
  });

  it('anything with test signatures but while they are allowed', async () => {
    await ledger.set('allowTestSignatures', true);
    await record(unexamined(['encrypted'], { engines: [run({ isTestSignatures: true })] }));
    expect(await report()).toMatchObject({ state: 'not detected', policyApplied: { version: 1 } });
  });
});

it.each([{ 'engine-failed': 'not detected' }, { encrypted: 'clean' }, { encrypted: null }, ['encrypted']])(
  'a policy that is none, %j, is refused by the database',
  async (policy) => {
    await expect(ledger.choose(system, policy as PolicyChange)).rejects.toThrow();
  },
);
