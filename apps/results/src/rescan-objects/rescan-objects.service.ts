import { randomUUID } from 'node:crypto';
import { ledgerRpc } from '@sluice/contracts';
import { readRow, readRows, type Database, type Query } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import { z } from 'zod';
import { appendAudit } from '../audit-changes/append-audit.js';
import { admissionDefaults, priorities } from '../accept-scans/accept-scans.query.js';
import type { SharedFiles } from '../sweep-groups/copy-out.service.js';
import { RestorePlain } from './restore-plain.js';

const submissionIdRowSchema = z.object({ submission_id: z.string().nullable() });
const objectKeyRowSchema = z.object({ object_key: z.string() });

const rescanOutcomes = ['done', 'not-found', 'conflict', 'object-gone', 'sealed'] as const;
type LedgerOutcome = (typeof rescanOutcomes)[number];
export type RescanOutcome = LedgerOutcome | 'object-altered';

/**
 * Scans a kept object again at an operator's wish: a new submission without a scanId, so what its caller was told
 * stands; it may raise an alert of its own.
 *
 * A sealed object is put back in its plain form first, with the key of that one object, which comes with the request
 * (restore-plain.ts).
 */
export class RescanObjects {
  private readonly plain: RestorePlain;

  constructor(
    private readonly database: Database,
    store: Pick<ObjectStore, 'readSealed' | 'createAgain'>,
    private readonly onDue: () => void,
    private readonly shared: SharedFiles,
  ) {
    this.plain = new RestorePlain(database, store);
  }

  async rescan(submissionId: string, changeId: string, dataKey?: string): Promise<RescanOutcome> {
    return this.restored({ submissionId, dataKey }, (isRestored) =>
      this.database.transaction(async (query) => {
        const outcome = await rescan(query, submissionId, isRestored);
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
  async retryFailedJob(failedJobId: number, changeId: string, dataKey?: string): Promise<RescanOutcome> {
    const submissionId = await this.submissionOf(failedJobId);
    return this.restored({ submissionId, dataKey }, (isRestored) =>
      this.database.transaction(async (query) => {
        const job = await findFailedJob(query, failedJobId);
        if (job === null) return 'not-found';
        if (job.submission_id === null) return 'object-gone';
        const outcome = await rescan(query, job.submission_id, isRestored);
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

  private async submissionOf(failedJobId: number): Promise<string | null> {
    const answer = await this.database.query('SELECT submission_id FROM ledger.failed_jobs WHERE id = $1', [
      failedJobId,
    ]);
    return readRow(submissionIdRowSchema, answer.rows)?.submission_id ?? null;
  }

  /** With the plain object in its place, where a key for it came along. */
  private async restored(
    { submissionId, dataKey }: { submissionId: string | null; dataKey: string | undefined },
    carryOut: (isRestored: boolean) => Promise<LedgerOutcome>,
  ): Promise<RescanOutcome> {
    // Scanned again it has a file of its own; one that could not be copied is a conflict.
    if (submissionId !== null) await this.shared.ofSubmissions(await this.keptFor(submissionId));
    const objectKey = submissionId === null || dataKey === undefined ? null : await this.keyOf(submissionId);
    const outcome = await this.plain.around({ objectKey, dataKey }, carryOut);
    if (outcome === 'done') this.onDue();
    return outcome;
  }

  /** Its object was kept for it, or for the scan that it repeats. */
  private async keptFor(submissionId: string): Promise<string[]> {
    const answer = await this.database.query(
      `SELECT k.submission_id FROM ledger.scans s JOIN ledger.kept_objects k ON k.object_key = s.object_key
       WHERE s.submission_id = $1 AND k.submission_id IS NOT NULL`,
      [submissionId],
    );
    return readRows(keptForRowSchema, answer.rows).map((row) => row.submission_id);
  }

  private async keyOf(submissionId: string): Promise<string | null> {
    const answer = await this.database.query('SELECT object_key FROM ledger.scans WHERE submission_id = $1', [
      submissionId,
    ]);
    return readRow(objectKeyRowSchema, answer.rows)?.object_key ?? null;
  }
}

const keptForRowSchema = z.object({ submission_id: z.string() });
const rescanRowSchema = z.object({ outcome: z.enum([...rescanOutcomes, 'shared']) });
const failedJobRowSchema = z.object({
  id: z.int(),
  kind: z.string(),
  submission_id: z.string().nullable(),
  reason: z.string(),
});
type FailedJobRow = z.infer<typeof failedJobRowSchema>;

async function rescan(query: Query, submissionId: string, isRestored: boolean): Promise<LedgerOutcome> {
  const { rows } = await query('SELECT ledger.rescan($1, $2, $3, $4, $5) AS outcome', [
    submissionId,
    randomUUID(),
    admissionDefaults,
    priorities,
    isRestored,
  ]);
  const outcome = readRow(rescanRowSchema, rows)?.outcome ?? 'not-found';
  return outcome === 'shared' ? 'conflict' : outcome;
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
