import { randomUUID } from 'node:crypto';
import { ledgerRpc } from '@sluice/contracts';
import { readRow, type Database, type Query } from '@sluice/database';
import { ObjectStoreError, restoreKept, SealedObjectError, type ObjectStore } from '@sluice/object-store';
import { z } from 'zod';
import { appendAudit } from '../audit-changes/append-audit.js';
import { admissionDefaults, priorities } from '../accept-scans/accept-scans.query.js';

const submissionIdRowSchema = z.object({ submission_id: z.string().nullable() });
const objectKeyRowSchema = z.object({ object_key: z.string() });

const rescanOutcomes = ['done', 'not-found', 'conflict', 'object-gone', 'sealed'] as const;
export type RescanOutcome = (typeof rescanOutcomes)[number] | 'object-altered';

/** No object takes as long to be put back; what is left of one that was not scanned after all goes then. */
const restoredFor = '1 hour';

/**
 * Scans a kept object again at an operator's wish: a new submission without a scanId, so what its caller was told
 * stands; it may raise an alert of its own.
 *
 * A sealed object is put back in its plain form first, with the key of that one object, which comes with the request:
 * scanners have no key, and neither has this service. Its plain form goes again when the scan is over.
 */
export class RescanObjects {
  constructor(
    private readonly database: Database,
    private readonly store: Pick<ObjectStore, 'readSealed' | 'createAgain'>,
    private readonly onDue: () => void,
  ) {}

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
    carryOut: (isRestored: boolean) => Promise<RescanOutcome>,
  ): Promise<RescanOutcome> {
    const objectKey =
      submissionId === null || dataKey === undefined ? null : await this.announceRestoring(submissionId);
    if (objectKey !== null && dataKey !== undefined) {
      const fault = await this.restore(objectKey, Buffer.from(dataKey, 'base64url'));
      if (fault !== null) return fault;
    }
    const outcome = await carryOut(objectKey !== null);
    if (outcome === 'done') this.onDue();
    else if (objectKey !== null) await this.forgetRestored(objectKey);
    return outcome;
  }

  /** From here on the plain form is not removed, though no scan is there yet. Null: it is not sealed. */
  private async announceRestoring(submissionId: string): Promise<string | null> {
    const answer = await this.database.query(
      `UPDATE ledger.kept_objects k SET seal_at = clock_timestamp() + $2::interval
       FROM ledger.scans s WHERE s.submission_id = $1 AND k.object_key = s.object_key AND k.sealed_with IS NOT NULL
       RETURNING k.object_key`,
      [submissionId, restoredFor],
    );
    return readRow(objectKeyRowSchema, answer.rows)?.object_key ?? null;
  }

  private async restore(objectKey: string, dataKey: Buffer): Promise<RescanOutcome | null> {
    try {
      await restoreKept(this.store, objectKey, dataKey);
      return null;
    } catch (error) {
      await this.forgetRestored(objectKey);
      if (error instanceof SealedObjectError) return 'object-altered';
      if (error instanceof ObjectStoreError && error.code === 'missing') return 'object-gone';
      throw error;
    }
  }

  private async forgetRestored(objectKey: string): Promise<void> {
    await this.database.query(
      'UPDATE ledger.kept_objects SET seal_at = clock_timestamp() WHERE object_key = $1',
      [objectKey],
    );
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

async function rescan(query: Query, submissionId: string, isRestored: boolean): Promise<RescanOutcome> {
  const { rows } = await query('SELECT ledger.rescan($1, $2, $3, $4, $5) AS outcome', [
    submissionId,
    randomUUID(),
    admissionDefaults,
    priorities,
    isRestored,
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
