import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { AcceptItem } from '@sluice/contracts';
import { acceptItems } from '../accept-scans/accept-scans.query.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { recordItems } from '../record-verdicts/record-verdicts.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from './ledger-fixture.js';

/** The rows of one group, without a file: what statements say of them while others are on their way. */
export class OneGroup {
  ledger!: LedgerFixture;
  system!: System;
  group!: string;

  /** The nth object of it. */
  member = (n: number, changes: Partial<AcceptItem> = {}): AcceptItem =>
    itemOf(this.system, { objectKey: `${this.group}.${n * 1000}.1000`, ...changes });

  accept = async (...items: AcceptItem[]): Promise<string[]> =>
    (await acceptItems(this.ledger.database.query, items)).outcomes.map(({ outcome }) => outcome);

  conclude = (item: AcceptItem, outcome: 'clean' | 'infected') =>
    recordItems(this.ledger.database.query, [prepareVerdict(verdictOf(item, outcome))]);

  /** Those of `keys` that are closed now. */
  close = async (...keys: string[]): Promise<string[]> =>
    (
      await this.ledger.rows<{ group_key: string }>('SELECT group_key FROM ledger.close_groups($1)', [keys])
    ).map((row) => row.group_key);

  /** Someone of this database waits for a row. */
  isAnyWaiting = async (): Promise<boolean> =>
    (
      await this.ledger.rows(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    ).length > 0;
}

/** In a ledger of a suite's own, empty before each test. */
export function useOneGroup(): OneGroup {
  const on = new OneGroup();
  beforeAll(async () => {
    on.ledger = await LedgerFixture.create();
  });
  afterAll(() => on.ledger?.close());
  beforeEach(async () => {
    await on.ledger.clear();
    on.system = await on.ledger.addSystem();
    on.group = randomBytes(16).toString('hex');
  });
  return on;
}
