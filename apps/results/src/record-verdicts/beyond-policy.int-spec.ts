import { beforeEach, describe, expect, it } from 'vitest';
import { type Verdict, verdictSchema } from '@sluice/contracts';
import { verdictOf } from '../testing/ledger-fixture.js';
import { letAllThrough, useUnexaminedScan } from '../testing/use-unexamined-scan.js';
import { prepareVerdict } from './prepare-verdict.js';

const on = useUnexaminedScan();
const { record, report, run, unexamined } = on;

describe('no policy covers', () => {
  beforeEach(() => on.scans.ledger.choose(on.scans.system, letAllThrough));

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
          object: { ...verdictOf(on.item, 'clean').object!, sha256: 'e'.repeat(64) },
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
    await on.scans.records.record({ ...prepareVerdict(unexamined(['encrypted'])), reason: 'engine-failed' });
    expect(await report()).toMatchObject({ state: 'error', policyApplied: null });
  });

  it('a scanner’s claim of a policy', async () => {
    await on.scans.ledger.choose(on.scans.system, {});
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
    await on.scans.ledger.set('allowTestSignatures', true);
    await record(unexamined(['encrypted'], { engines: [run({ isTestSignatures: true })] }));
    expect(await report()).toMatchObject({ state: 'not detected', policyApplied: { version: 1 } });
  });
});
