import { afterAll, beforeAll, beforeEach } from 'vitest';
import { LedgerFixture, type System } from './ledger-fixture.js';
import { RescanFixture } from './rescan-fixture.js';

export class Rescans {
  ledger!: LedgerFixture;
  rescans!: RescanFixture;
  system!: System;

  alerts = () =>
    this.ledger.rows<{ submission_id: string; state: string; rescanned: Record<string, unknown> | null }>(
      'SELECT submission_id, state, rescanned FROM ledger.alerts ORDER BY id',
    );
}

/** In a ledger of a suite's own, empty before each test. */
export function useRescans(): Rescans {
  const on = new Rescans();
  beforeAll(async () => {
    on.ledger = await LedgerFixture.create();
    on.rescans = new RescanFixture(on.ledger);
  });
  afterAll(() => on.ledger?.close());
  beforeEach(async () => {
    await on.ledger.clear();
    await on.ledger.rows('DELETE FROM ledger.outbox');
    on.system = await on.ledger.addSystem();
  });
  return on;
}
