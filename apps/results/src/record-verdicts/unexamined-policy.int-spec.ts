import { describe, expect, it } from 'vitest';
import {
  type PolicyAction,
  type PolicyChange,
  policyDetectionName,
  unexaminedReasons,
} from '@sluice/contracts';
import { itemOf, verdictOf } from '../testing/ledger-fixture.js';
import { letAllThrough, place, useUnexaminedScan } from '../testing/use-unexamined-scan.js';
import { prepareVerdict } from './prepare-verdict.js';

const on = useUnexaminedScan();
const { record, report, unexamined } = on;
const alerts = () => on.scans.ledger.rows('SELECT * FROM ledger.alert_list ORDER BY id');
const scan = async () =>
  (
    await on.scans.ledger.rows('SELECT * FROM ledger.scan_list WHERE submission_id = $1', [
      on.item.submissionId,
    ])
  )[0];

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
      await on.scans.ledger.choose(on.scans.system, { [reason]: 'not detected' });
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
      expect(await on.scans.ledger.counterErrors()).toEqual([]);
    },
  );

  it.each(unexaminedReasons)(
    'that takes %s for a detection makes an alert under a name that says so',
    async (reason) => {
      await on.scans.ledger.choose(on.scans.system, { [reason]: 'detect' });
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
    await on.scans.ledger.choose(on.scans.system, {
      encrypted: first,
      ...(second !== undefined && { damaged: second }),
    });
    await record(unexamined(['encrypted', 'damaged']));
    expect(await report()).toMatchObject({ state });
    expect((await alerts()).length).toBe(state === 'detect' ? 1 : 0);
  });

  it('weighs reasons of places that are counted and not listed', async () => {
    await on.scans.ledger.choose(on.scans.system, { encrypted: 'not detected' });
    await record(
      unexamined(['encrypted'], { notExaminedTotal: 200, notExaminedReasons: ['encrypted', 'damaged'] }),
    );
    expect(await report()).toMatchObject({ state: 'error', policyApplied: null });
  });

  it('has no say in what is counted while the reasons of it are not known', async () => {
    await on.scans.ledger.choose(on.scans.system, letAllThrough);
    await record(unexamined(['encrypted'], { notExaminedTotal: 2, notExaminedReasons: [] }));
    expect(await report()).toMatchObject({ state: 'error' });
  });

  it('that counts is the one of the moment of recording, in both directions', async () => {
    const second = itemOf(on.scans.system);
    await on.scans.accepts.accept([second]);
    await on.scans.ledger.choose(on.scans.system, { encrypted: 'not detected' });
    await record(unexamined(['encrypted']));
    expect(await report()).toMatchObject({ policyApplied: { version: 1 }, state: 'not detected' });
    await on.scans.ledger.choose(on.scans.system, {});
    on.item = second;
    await record(unexamined(['encrypted']));
    expect(await report()).toMatchObject({ policyApplied: null, state: 'error' });
  });

  it('is of its system alone, also in one batch', async () => {
    const other = await on.scans.ledger.addSystem();
    const theirs = itemOf(other);
    await on.scans.accepts.accept([theirs]);
    await on.scans.ledger.choose(on.scans.system, { encrypted: 'not detected' });
    const mine = unexamined(['encrypted']);
    const their = { ...mine, submissionId: theirs.submissionId };
    their.object = { ...mine.object!, sha256: theirs.sha256 };
    const outcomes = await on.scans.records.recordAll([mine, their].map(prepareVerdict));
    expect(outcomes).toEqual([
      expect.objectContaining({ state: 'not detected' }),
      expect.objectContaining({ state: 'error' }),
    ]);
  });

  it('makes the state that a group of overlapping submissions shows', async () => {
    await on.scans.ledger.choose(on.scans.system, { encrypted: 'detect' });
    const second = itemOf(on.scans.system, { scanId: on.item.scanId, instance: on.item.instance });
    await on.scans.accepts.accept([second]);
    await record(unexamined(['encrypted']));
    await record(verdictOf(second, 'clean'));
    expect(await report()).toMatchObject({ state: 'detect', policyApplied: { version: 1 } });
  });

  it('lets nothing of a detection through', async () => {
    await on.scans.ledger.choose(on.scans.system, letAllThrough);
    await record(unexamined(['encrypted'], { detections: verdictOf(on.item, 'infected').detections }));
    expect(await report()).toMatchObject({ state: 'detect', policyApplied: null });
  });
});

it.each([{ 'engine-failed': 'not detected' }, { encrypted: 'clean' }, { encrypted: null }, ['encrypted']])(
  'a policy that is none, %j, is refused by the database',
  async (policy) => {
    await expect(on.scans.ledger.choose(on.scans.system, policy as PolicyChange)).rejects.toThrow();
  },
);
