import type { ConclusiveState } from '@sluice/contracts';
import fc from 'fast-check';

const scanIds = ['1', '2'];
const instances = ['', 'a'];
/** Few, so that the same bytes come again. */
export const hashes = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
export const outcomeStates: Readonly<Record<string, ConclusiveState>> = {
  clean: 'not detected',
  infected: 'detect',
  error: 'error',
  timeout: 'timeout',
};

const scanId = fc.constantFrom(...scanIds);
const instance = fc.constantFrom(...instances);
const instanceFilter = fc.constantFrom(null, 'a');
/** Which of the submissions there are by then. */
const pick = fc.nat({ max: 1000 });
const outcome = fc.constantFrom('clean', 'infected', 'error', 'timeout');
/** More often one that can be reused. */
const repeatOutcome = fc.constantFrom('clean', 'clean', 'infected', 'infected', 'error', 'timeout');
/** What decides on a scanner; the later one has newer signatures. */
const decisionSet = fc.constantFrom('1'.repeat(32), '2'.repeat(32), null);

/** What callers, scanners and time do to a ledger. */
export const ledgerStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('accept' as const),
      scanId,
      instance,
      sha256: fc.constantFrom(...hashes),
      group: fc.constantFrom(null, 0, 1, 2),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('verdict' as const), pick, outcome, decisionSet }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('scanner-reports' as const),
      scanner: fc.constantFrom('a', 'b'),
      decisionSet,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('repeat' as const),
      instance,
      sha256: fc.constantFrom(...hashes),
      // Of what the repeat shares a file with, if anything: a verdict that is known ends the need for it at once.
      group: fc.constantFrom(null, 0, 1, 2),
      outcome: repeatOutcome,
      // Between the scan and its repeat: which of what may be told again grows too old.
      grownOld: fc.constantFrom(null, null, null, 'verdict' as const, 'signatures' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wave' as const),
      reported: fc.constantFrom('1'.repeat(32), '2'.repeat(32)),
      outcome,
      decisionSet,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('failed-attempt' as const), pick, attempt: fc.nat({ max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), scanId, instance: instanceFilter }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-all' as const), instance: instanceFilter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close-groups' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy-out' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look-for-lost' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('verdict-of-other-bytes' as const), pick, outcome }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('age' as const), pick }) },
);
export type LedgerStep = typeof ledgerStep extends fc.Arbitrary<infer Value> ? Value : never;
