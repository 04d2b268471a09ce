import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { AcceptItem, Verdict } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { queryStates } from '../query-states/states.query.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from './ledger-fixture.js';

/** What one system submits, and the verdicts on it. */
export class AcceptedScans {
  ledger!: LedgerFixture;
  accepts!: AcceptScans;
  records!: RecordVerdicts;
  system!: System;

  outcomes = async (items: readonly AcceptItem[]) =>
    (await this.accepts.accept(items)).map((one) => one.outcome);

  accept = async (item: AcceptItem) => (await this.accepts.accept([item]))[0];

  conclude = (item: AcceptItem, outcome: Verdict['outcome']) =>
    this.records.record(prepareVerdict(verdictOf(item, outcome)));

  /** Of all scans that the system sees. */
  states = async () =>
    (
      await queryStates(this.ledger.database.query, {
        registrationId: this.system.registrationId,
        instance: null,
        states: null,
        limit: 1000,
        after: null,
      })
    ).scans;
}

export const many = (count: number, of: System): AcceptItem[] =>
  Array.from({ length: count }, () => itemOf(of));

/** In a ledger of a suite's own, empty before each test. */
export function useAcceptedScans(): AcceptedScans {
  const on = new AcceptedScans();
  beforeAll(async () => {
    on.ledger = await LedgerFixture.create();
    on.accepts = new AcceptScans(on.ledger.database);
    on.records = new RecordVerdicts(on.ledger.database, () => undefined);
  });
  afterAll(() => on.ledger?.close());
  beforeEach(async () => {
    await on.ledger.clear();
    on.system = await on.ledger.addSystem();
  });
  return on;
}
