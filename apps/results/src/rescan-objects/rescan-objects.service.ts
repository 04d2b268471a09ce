import { randomUUID } from 'node:crypto';
import type { Database } from '@sluice/database';
import { admissionDefaults, priorities } from '../accept-scans/accept-scans.query.js';

export type RescanOutcome = 'done' | 'not-found' | 'conflict' | 'object-gone';

/**
 * Scans a kept object again at an operator's wish: a new submission without a scanId, so what its caller was told
 * stands; it may raise an alert of its own.
 */
export class RescanObjects {
  constructor(
    private readonly database: Database,
    private readonly onDue: () => void,
  ) {}

  async rescan(submissionId: string): Promise<RescanOutcome> {
    const { rows } = await this.database.query<{ outcome: RescanOutcome }>(
      'SELECT ledger.rescan($1, $2, $3, $4) AS outcome',
      [submissionId, randomUUID(), admissionDefaults, priorities],
    );
    const outcome = rows[0]?.outcome ?? 'not-found';
    if (outcome === 'done') this.onDue();
    return outcome;
  }

  /** The failed job goes when its object is on its way again. */
  async retryFailedJob(failedJobId: number): Promise<RescanOutcome> {
    const { rows } = await this.database.query<{ submission_id: string | null }>(
      'SELECT submission_id FROM ledger.failed_jobs WHERE id = $1',
      [failedJobId],
    );
    if (rows[0] === undefined) return 'not-found';
    if (rows[0].submission_id === null) return 'object-gone';
    const outcome = await this.rescan(rows[0].submission_id);
    if (outcome === 'done') await this.deleteFailedJob(failedJobId);
    return outcome === 'not-found' ? 'object-gone' : outcome;
  }

  async deleteFailedJob(failedJobId: number): Promise<'done' | 'not-found'> {
    const { rowCount } = await this.database.query('DELETE FROM ledger.failed_jobs WHERE id = $1', [
      failedJobId,
    ]);
    return rowCount > 0 ? 'done' : 'not-found';
  }
}
