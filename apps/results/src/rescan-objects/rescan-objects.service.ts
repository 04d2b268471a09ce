import { randomUUID } from 'node:crypto';
import { ledgerRpc } from '@sluice/contracts';
import { readRow, type Database, type Query } from '@sluice/database';
import { z } from 'zod';
import { appendAudit } from '../audit-changes/append-audit.js';
import { admissionDefaults, priorities } from '../accept-scans/accept-scans.query.js';

const rescanOutcomes = ['done', 'not-found', 'conflict', 'object-gone'] as const;
export type RescanOutcome = (typeof rescanOutcomes)[number];

/**
 * Scans a kept object again at an operator's wish: a new submission without a scanId, so what its caller was told
 * stands; it may raise an alert of its own.
 */
export class RescanObjects {
  constructor(
    private readonly database: Database,
    private readonly onDue: () => void,
  ) {}

  async rescan(submissionId: string, changeId: string): Promise<RescanOutcome> {
    return this.noticed(
      await this.database.transaction(async (query) => {
        const outcome = await rescan(query, submissionId);
        if (outcome === 'done')
          await appendAudit(query, changeId, {
            action: ledgerRpc.rescan.action,
            target: `scan ${submissionId}`,
          });
        return outcome;
      }),
    );
  }

  /** The failed job goes when its object is in the queue again. */
  async retryFailedJob(failedJobId: number, changeId: string): Promise<RescanOutcome> {
    return this.noticed(
      await this.database.transaction(async (query) => {
        const job = await findFailedJob(query, failedJobId);
        if (job === null) return 'not-found';
        if (job.submission_id === null) return 'object-gone';
        const outcome = await rescan(query, job.submission_id);
        if (outcome === 'not-found') return 'object-gone';
        if (outcome === 'done') {
          await query('DELETE FROM ledger.failed_jobs WHERE id = $1', [failedJobId]);
          await appendAudit(query, changeId, entryOf(ledgerRpc.retryFailedJob.action, job));
        }
        return outcome;
      }),
    );
  }

  async deleteFailedJob(failedJobId: number, changeId: string): Promise<'done' | 'not-found'> {
    return this.database.transaction(async (query) => {
      const job = await findFailedJob(query, failedJobId);
      if (job === null) return 'not-found';
      await query('DELETE FROM ledger.failed_jobs WHERE id = $1', [failedJobId]);
      await appendAudit(query, changeId, entryOf(ledgerRpc.deleteFailedJob.action, job));
      return 'done';
    });
  }

  private noticed(outcome: RescanOutcome): RescanOutcome {
    if (outcome === 'done') this.onDue();
    return outcome;
  }
}

const rescanRowSchema = z.object({ outcome: z.enum(rescanOutcomes) });
const failedJobRowSchema = z.object({
  id: z.int(),
  kind: z.string(),
  submission_id: z.string().nullable(),
  reason: z.string(),
});
type FailedJobRow = z.infer<typeof failedJobRowSchema>;

async function rescan(query: Query, submissionId: string): Promise<RescanOutcome> {
  const { rows } = await query('SELECT ledger.rescan($1, $2, $3, $4) AS outcome', [
    submissionId,
    randomUUID(),
    admissionDefaults,
    priorities,
  ]);
  return readRow(rescanRowSchema, rows)?.outcome ?? 'not-found';
}

/** Behind the ledger's lock, which a rescan takes too: two operators at one job wait for each other. */
async function findFailedJob(query: Query, id: number): Promise<FailedJobRow | null> {
  await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
  const { rows } = await query(
    'SELECT id, kind, submission_id, reason FROM ledger.failed_jobs WHERE id = $1',
    [id],
  );
  return readRow(failedJobRowSchema, rows);
}

const entryOf = (action: string, { id, kind, submission_id, reason }: FailedJobRow) => ({
  action,
  target: `failed job ${id}`,
  before: { kind, reason, submissionId: submission_id },
});
