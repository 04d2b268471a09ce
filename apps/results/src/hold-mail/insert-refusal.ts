import { randomUUID } from 'node:crypto';
import type { Query } from '@sluice/database';
import { z } from 'zod';

/** Longer than a notifier tries (three days): the sender is shown the headers of what is refused. */
const heldFor = '4 days';

export const heldRowSchema = z.object({
  object_key: z.string(),
  submission_id: z.string(),
  sha256: z.string().nullable(),
  mail_from: z.string().nullable(),
  rcpt_to: z.array(z.string()),
  mail: z.object({ subject: z.string().nullable() }).nullable(),
  hold: z.string().nullable(),
  hold_at: z.date().nullable(),
  /** A release is on its way, or has to end first. */
  is_busy: z.boolean(),
  /** Recipients whose servers took it since it is held. */
  taken: z.array(z.string()),
});
export type HeldRow = z.infer<typeof heldRowSchema>;

/** Of `k`, a kept object. */
export const heldColumns = `
  k.object_key, k.submission_id, k.sha256, k.mail_from, k.rcpt_to, k.mail, k.hold, k.hold_at,
  EXISTS (SELECT FROM ledger.releases r WHERE r.submission_id = k.submission_id AND r.state = 'waiting') AS is_busy,
  ARRAY(SELECT DISTINCT a ->> 'recipient' FROM ledger.releases r CROSS JOIN jsonb_array_elements(r.answers) a
    WHERE r.submission_id = k.submission_id AND r.form <> 'refusal' AND r.created_at >= k.hold_at
      AND a ->> 'outcome' = 'taken') AS taken`;

export const undeliveredOf = ({ rcpt_to, taken }: HeldRow): string[] => [
  ...new Set(rcpt_to.filter((one) => !taken.includes(one))),
];

/** Has notifiers tell the sender; the object stays until they have. */
export async function insertRefusal(query: Query, row: HeldRow, operator: string): Promise<void> {
  await query(
    `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, subject, recipients, pending,
       operator, created_at, due_at, undelivered, held_at)
     VALUES ($1, $2, $3, $4, 'refusal', '', $5, ARRAY[$6], ARRAY[$6], $7, clock_timestamp(), clock_timestamp(), $8, $9)`,
    [
      ...[randomUUID(), row.submission_id, row.object_key, row.sha256, row.mail?.subject ?? null],
      ...[row.mail_from, operator, undeliveredOf(row), row.hold_at],
    ],
  );
  await query(
    `UPDATE ledger.kept_objects SET held_until = clock_timestamp() + $2::interval WHERE object_key = $1`,
    [row.object_key, heldFor],
  );
}

/** Retention and eviction may take the objects again. */
export async function endHold(
  query: Query,
  objectKeys: readonly string[],
  hold: 'refused' | 'expired',
): Promise<void> {
  await query(
    'UPDATE ledger.kept_objects SET hold = $2, hold_at = clock_timestamp() WHERE object_key = ANY ($1)',
    [objectKeys, hold],
  );
}
