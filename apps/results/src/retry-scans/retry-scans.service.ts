import type { Broker } from '@sluice/broker';
import { readRow, readRows, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import {
  publishJobs,
  unpublishedColumns,
  unpublishedScanSchema,
  type UnpublishedScan,
} from './publish-jobs.js';

const dueRowSchema = z.object({ due_in_ms: z.number() });

/** Jobs published in one turn; a whole backlog of retries must not hold up the next turn of anything. */
const maxJobs = 200;

/**
 * Publishes scans whose next attempt is due. Published first, then noted: a crash between costs a doubled job, which
 * the ledger ignores. A verdict that came meanwhile wins, because only the due time that was seen is cleared.
 */
export class RetryScans {
  constructor(
    private readonly database: Database,
    private readonly broker: Pick<Broker, 'publish' | 'isConnected'>,
    private readonly logger: Logger,
  ) {}

  /** To the first retry that becomes due, 0: one is; null: none waits. One look without a lock: a turn costs four statements. */
  async dueInMs(): Promise<number | null> {
    const answer = await this.database.query(
      `SELECT greatest(0, extract(epoch FROM s.not_before - clock_timestamp()) * 1000)::float8 AS due_in_ms
       FROM ledger.scans s WHERE s.not_before IS NOT NULL AND s.state = 'processing' ORDER BY s.not_before LIMIT 1`,
    );
    return readRow(dueRowSchema, answer.rows)?.due_in_ms ?? null;
  }

  /** True when there may be more. */
  async publishDue(): Promise<boolean> {
    if (!this.broker.isConnected) return false;
    const { rows } = await this.database.query(
      `SELECT ${unpublishedColumns} FROM ledger.scans s
       WHERE s.not_before <= clock_timestamp() AND s.state = 'processing'
       ORDER BY s.priority DESC, s.not_before LIMIT $1`,
      [maxJobs],
    );
    const published = await publishJobs(this.broker, readRows(unpublishedScanSchema, rows), this.logger);
    if (published.length > 0) await notePublished(this.database, published);
    return rows.length === maxJobs && published.length > 0;
  }
}

/**
 * Published since `read_at`: not the time of this note, or a job that a restart of the broker took before it would pass for one
 * published after. Several rows at once: only under the counter's lock, like every such writer, or it could deadlock
 * with verdicts.
 */
export async function notePublished(database: Database, scans: readonly UnpublishedScan[]): Promise<void> {
  await database.transaction(async (query) => {
    await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
    await query(
      `UPDATE ledger.scans s SET not_before = NULL, published_at = p.read_at
       FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS p (submission_id, not_before, read_at)
       WHERE s.submission_id = p.submission_id AND s.state = 'processing'
         AND date_trunc('milliseconds', s.not_before) IS NOT DISTINCT FROM p.not_before`,
      [
        scans.map((scan) => scan.submission_id),
        scans.map((scan) => scan.not_before),
        scans.map((scan) => scan.read_at),
      ],
    );
  });
}
