import { readRow, type Database } from '@sluice/database';
import { z } from 'zod';
import { giveUp } from '../record-verdicts/prepare-verdict.js';
import type { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';

export type BeginDecision = 'go' | 'go-alone' | 'drop';

const beginsRowSchema = z.object({ begins: z.int() });

/** A scanner died that often on one object: it isn't the scanners. */
const maxBegins = 5;

/**
 * Scanners announce redelivered jobs before they touch the object; the count is committed before the answer.
 *
 * | begin                                                   | answer                                    |
 * |---------------------------------------------------------|-------------------------------------------|
 * | first                                                   | go                                        |
 * | second to fifth                                         | go-alone: nothing else may die with it     |
 * | sixth                                                   | drop; the scan ends in error               |
 * | of a finished or unknown scan, or one waiting for retry | drop                                      |
 */
export class CountBegins {
  constructor(
    private readonly database: Database,
    private readonly records: RecordVerdicts,
  ) {}

  async begin(submissionId: string): Promise<{ decision: BeginDecision; begins: number }> {
    const { rows } = await this.database.query(
      `UPDATE ledger.scans SET begins = begins + 1
       WHERE submission_id = $1 AND state = 'processing' AND not_before IS NULL RETURNING begins`,
      [submissionId],
    );
    const begins = readRow(beginsRowSchema, rows)?.begins ?? 0;
    if (begins > maxBegins)
      await this.records.record(
        giveUp(
          submissionId,
          'too-many-begins',
          'Scanners stopped again and again while scanning this object.',
        ),
      );
    return { decision: decide(begins), begins };
  }
}

function decide(begins: number): BeginDecision {
  if (begins === 0 || begins > maxBegins) return 'drop';
  return begins === 1 ? 'go' : 'go-alone';
}
