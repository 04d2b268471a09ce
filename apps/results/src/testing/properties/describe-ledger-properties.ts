import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import fc from 'fast-check';
import { LedgerFixture } from '../ledger-fixture.js';
import { tryAtTheSameTime } from './at-the-same-time.js';
import { ledgerStep } from './ledger-steps.js';
import { tryOneAfterTheOther } from './one-after-the-other.js';

/** `histories`: how many made-up ones are tried of each sort; `timeoutMs` is against hanging. */
export function describeLedgerProperties(histories: {
  readonly oneAfterTheOther: number;
  readonly atTheSameTime: number;
  readonly timeoutMs: number;
}): void {
  let ledger: LedgerFixture;
  beforeAll(async () => {
    ledger = await LedgerFixture.create(12);
  });
  afterAll(() => ledger.close());
  beforeEach(async () => {
    await ledger.clear();
    await ledger.liftLimits();
  });

  describe('one call after the other', () => {
    it(
      'the ledger says what the contract says',
      async () => {
        const history = fc.array(ledgerStep, { minLength: 5, maxLength: 40 });
        const property = fc.asyncProperty(history, (steps) => tryOneAfterTheOther(ledger, steps));
        await fc.assert(property, { numRuns: histories.oneAfterTheOther });
      },
      histories.timeoutMs,
    );
  });

  describe('calls at the same time, through three instances', () => {
    it(
      'leave counters, alerts, deletions and first verdicts right',
      async () => {
        const wave = fc.array(ledgerStep, { minLength: 1, maxLength: 12 });
        const history = fc.array(wave, { minLength: 2, maxLength: 8 });
        const property = fc.asyncProperty(history, (waves) => tryAtTheSameTime(ledger, waves));
        await fc.assert(property, { numRuns: histories.atTheSameTime });
      },
      histories.timeoutMs,
    );
  });
}
