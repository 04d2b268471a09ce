import { conclusiveStates, defaultSettings, type ConclusiveState } from '@sluice/contracts';
import { readRows, type Query } from '@sluice/database';
import { z } from 'zod';
import type { VerdictItem } from './prepare-verdict.js';

/** What a verdict changed. Null for one that changed nothing: late, doubled, or of an unknown scan. */
export interface Recorded {
  readonly submissionId: string;
  /** `processing`: a failed attempt, to be tried again. */
  readonly state: ConclusiveState | 'processing';
  readonly registrationId: string;
  /** Null: its caller gave none. */
  readonly scanId: string | null;
  readonly objectKey: string;
  /** No one needs the object any more. */
  readonly isObjectDone: boolean;
  /** Lie beside the object, for this scan alone. */
  readonly hasPasswords: boolean;
  /** It was told a verdict that was known. */
  readonly isReused?: true;
}

const recordedRowSchema = z.object({
  submission_id: z.string(),
  outcome: z.enum([...conclusiveStates, 'processing']),
  registration_id: z.string(),
  scan_id: z.string().nullable(),
  object_key: z.string(),
  is_object_done: z.boolean(),
  has_passwords: z.boolean(),
});

const { quarantineRetentionDays, allowTestSignatures, maxSignatureAgeHours, reuseVerdictsMinutes } =
  defaultSettings;
const defaults = JSON.stringify({
  quarantineRetentionDays,
  allowTestSignatures,
  maxSignatureAgeHours,
  reuseVerdictsMinutes,
});

/** One statement, one commit. Per item, in order, what it changed. */
export async function recordItems(query: Query, items: readonly VerdictItem[]): Promise<(Recorded | null)[]> {
  const { rows } = await query('SELECT * FROM ledger.record_verdicts($1, $2)', [
    JSON.stringify(items),
    defaults,
  ]);
  const recorded = new Map(
    readRows(recordedRowSchema, rows).map((row) => [row.submission_id, toRecorded(row)]),
  );
  return items.map(({ submissionId }) => {
    const found = recorded.get(submissionId) ?? null;
    // Of several items for one scan only one changed it.
    recorded.delete(submissionId);
    return found;
  });
}

const toRecorded = (row: z.infer<typeof recordedRowSchema>): Recorded => ({
  submissionId: row.submission_id,
  state: row.outcome,
  registrationId: row.registration_id,
  scanId: row.scan_id,
  objectKey: row.object_key,
  isObjectDone: row.is_object_done,
  hasPasswords: row.has_passwords,
});
