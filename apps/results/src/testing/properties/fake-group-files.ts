import { randomBytes } from 'node:crypto';
import { sharedObjectKey } from '@sluice/contracts';
import type { LedgerFixture } from '../ledger-fixture.js';

/** Group files without files: what is in the store, and what the ledger may still need of it. */
export class FakeGroupFiles {
  /** Few, so that they are asked for after they were closed. */
  readonly keys = [0, 1, 2].map(() => randomBytes(16).toString('hex'));
  private objects = 0;

  constructor(private readonly ledger: LedgerFixture) {}

  /** Null: an object with a file of its own. */
  place(group: number | null): { objectKey: string } | Record<string, never> {
    const key = group === null ? undefined : this.keys[group];
    return key === undefined ? {} : { objectKey: sharedObjectKey(key, (this.objects++ % 10_000) * 100, 100) };
  }

  /** As the sweep does; the files of what is closed are gone. */
  async close(): Promise<string[]> {
    const rows = await this.ledger.rows<{ group_key: string }>(
      'SELECT group_key FROM ledger.close_groups($1)',
      [this.keys],
    );
    return rows.map((row) => row.group_key).sort();
  }

  /** Every kept object gets a file of its own. */
  async copyOut(): Promise<void> {
    const rows = await this.ledger.rows<{ key: string }>(
      'SELECT object_key AS key FROM ledger.kept_objects WHERE length(object_key) > 32',
    );
    await this.ledger.rows('SELECT ledger.rekey_objects($1, $2, clock_timestamp())', [
      rows.map(({ key }) => key),
      rows.map(() => randomBytes(16).toString('hex')),
    ]);
  }

  /** Rows that need bytes of a file that is gone. */
  withoutBytes(): Promise<unknown[]> {
    return this.ledger.rows(
      `SELECT o.object_key FROM (
         SELECT object_key FROM ledger.scans WHERE state = 'processing' UNION ALL SELECT object_key FROM ledger.kept_objects) o
       JOIN ledger.group_files g ON g.group_key = ledger.group_of(o.object_key)`,
    );
  }
}
