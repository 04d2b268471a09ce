import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { AcceptItem, Verdict } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import type { Recorded } from '../record-verdicts/record-verdicts.query.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { queryReport } from '../report-scans/report.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from './ledger-fixture.js';

/** What decided, as scanners name it. */
export const sets = { old: '0'.repeat(32), now: '1'.repeat(32) };
export const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

type Changes = Partial<Verdict> & { signaturesAt?: string };

/** One system that sends the same bytes again, and a scanner that decides by `sets.now`. */
export class KnownVerdicts {
  ledger!: LedgerFixture;
  accepts!: AcceptScans;
  records!: RecordVerdicts;
  system!: System;
  /** Told after the commit of scans that got a verdict of before. */
  afterwards: Recorded[] = [];

  accept = async (item: AcceptItem) => (await this.accepts.accept([item]))[0];

  /** Signatures of yesterday, so that no spec fails when the year is over. */
  examined = (
    item: AcceptItem,
    outcome: Verdict['outcome'],
    { signaturesAt = daysAgo(1), ...changes }: Changes = {},
  ) => {
    const verdict = verdictOf(item, outcome, { decisionSet: sets.now, ...changes });
    const engines = changes.engines ?? verdict.engines.map((engine) => ({ ...engine, signaturesAt }));
    return this.records.record(prepareVerdict({ ...verdict, engines }));
  };

  /** Sends it, and has it scanned. */
  scanned = async (
    outcome: Verdict['outcome'],
    changes: Changes = {},
    item = itemOf(this.system),
  ): Promise<AcceptItem> => {
    await this.accept(item);
    await this.examined(item, outcome, changes);
    return item;
  };

  /** The same bytes under another scanId. */
  repeatOf = (item: AcceptItem, changes: Partial<AcceptItem> = {}): AcceptItem => ({
    ...itemOf(this.system),
    sha256: item.sha256,
    objectType: item.objectType,
    ...changes,
  });

  isReused = async (item: AcceptItem): Promise<boolean> => {
    const answer = await this.accept(item);
    expect(answer?.outcome).toBe('accepted');
    return answer?.outcome === 'accepted' && answer.isDone === true;
  };

  report = ({ registrationId, scanId, instance }: AcceptItem) =>
    queryReport(this.ledger.database.query, { registrationId, scanId: scanId ?? '', instance });
}

/** In a ledger of a suite's own, empty before each test. */
export function useKnownVerdicts(): KnownVerdicts {
  const on = new KnownVerdicts();
  beforeAll(async () => {
    on.ledger = await LedgerFixture.create();
    const { database } = on.ledger;
    on.accepts = new AcceptScans(
      database,
      () => undefined,
      (reused) => on.afterwards.push(...reused),
    );
    on.records = new RecordVerdicts(database, () => undefined);
  });
  afterAll(() => on.ledger?.close());
  beforeEach(async () => {
    await on.ledger.clear();
    on.afterwards = [];
    on.system = await on.ledger.addSystem();
    await on.ledger.reportScanner({ decisionSet: sets.now });
  });
  return on;
}
