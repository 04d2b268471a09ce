import { maxAcceptItems, rpcTimeoutMs, type ScanRequest } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { BatchLane } from '../write-in-batches/batch-lane.js';

const deadlineMs = rpcTimeoutMs - 500;

const deletedRowSchema = z.object({ deleted: z.int() });

/** Hides results from their caller, for good. */
export class DeleteScans {
  private readonly lane: BatchLane<ScanRequest, number>;

  constructor(private readonly database: Database) {
    this.lane = new BatchLane({
      run: (items) => this.run(items),
      // What cannot be stored was never there.
      rejected: () => 0,
      maxItems: 4 * maxAcceptItems,
      deadlineMs,
      keyOf: () => null,
    });
  }

  /** Per item, in order, how many results it hid. */
  delete(items: readonly ScanRequest[]): Promise<number[]> {
    return this.lane.add(items);
  }

  /** `instance` null: every one. */
  async deleteAll(registrationId: string, instance: string | null): Promise<void> {
    await this.database.query('SELECT ledger.delete_all_scans($1, $2)', [registrationId, instance]);
  }

  private async run(items: readonly ScanRequest[]): Promise<number[]> {
    const { rows } = await this.database.query('SELECT * FROM ledger.delete_scans($1)', [
      JSON.stringify(items),
    ]);
    return readRows(deletedRowSchema, rows).map((row) => row.deleted);
  }
}
