import { beforeEach } from 'vitest';
import {
  type AcceptItem,
  type PolicyChange,
  type UnexaminedReason,
  type Verdict,
  unexaminedReasons,
} from '@sluice/contracts';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { queryReport } from '../report-scans/report.query.js';
import { itemOf, verdictOf } from './ledger-fixture.js';
import { type AcceptedScans, useAcceptedScans } from './use-accepted-scans.js';

export const letAllThrough = Object.fromEntries(
  unexaminedReasons.map((reason) => [reason, 'not detected']),
) as PolicyChange;

export const place = (reason: UnexaminedReason, path = ['a.zip', `${reason}.bin`]) => ({
  path,
  engine: 'inspector',
  reason,
});

/** One scan of a system with a policy or without, of an object that is not seen in full. */
export class UnexaminedScan {
  item!: AcceptItem;

  constructor(readonly scans: AcceptedScans) {}

  /** Of an engine with signatures of today. */
  run = (changes: Partial<Verdict['engines'][number]> = {}) => ({
    ...verdictOf(this.item, 'clean').engines[0]!,
    signaturesAt: new Date().toISOString(),
    ...changes,
  });

  /** A scanner's word on an object that it did not see in full, for these reasons. */
  unexamined = (reasons: readonly UnexaminedReason[], changes: Partial<Verdict> = {}): Verdict => {
    const [reason = null] = reasons;
    return verdictOf(this.item, 'error', {
      reason,
      engines: [this.run(), this.run({ engine: 'inspector', outcome: 'unscannable', reason })],
      notExamined: reasons.map((one) => place(one)),
      notExaminedTotal: reasons.length,
      notExaminedReasons: [...reasons],
      ...changes,
    });
  };

  record = (verdict: Verdict) => this.scans.records.record(prepareVerdict(verdict));

  report = () =>
    queryReport(this.scans.ledger.database.query, {
      registrationId: this.scans.system.registrationId,
      scanId: this.item.scanId ?? '',
      instance: null,
    });
}

/** In a ledger of a suite's own, accepted before each test. */
export function useUnexaminedScan(): UnexaminedScan {
  const on = new UnexaminedScan(useAcceptedScans());
  beforeEach(async () => {
    on.item = itemOf(on.scans.system);
    await on.scans.accept(on.item);
  });
  return on;
}
