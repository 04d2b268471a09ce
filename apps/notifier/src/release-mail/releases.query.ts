import { sentForms } from '@sluice/contracts';
import { readRows, type Query } from '@sluice/database';
import { z } from 'zod';

/** What a receiver said about one recipient. `later`: asked again; `refused`: for good. */
export const recipientOutcomes = ['taken', 'refused', 'later'] as const;
export interface RecipientAnswer {
  readonly recipient: string;
  readonly outcome: (typeof recipientOutcomes)[number];
  readonly answer: string;
}

const answersSchema = z.array(
  z.object({ recipient: z.string(), outcome: z.enum(recipientOutcomes), answer: z.string() }),
);
const claimedSchema = z.object({
  id: z.string(),
  lease: z.string(),
  submissionId: z.string(),
  objectKey: z.string(),
  sha256: z.string(),
  form: z.enum(sentForms),
  mailFrom: z.string(),
  subject: z.string().nullable(),
  recipients: z.array(z.string()),
  pending: z.array(z.string()),
  answers: answersSchema,
  operator: z.string(),
  attempts: z.number(),
  wrapperDigest: z.string().nullable(),
  createdAt: z.date(),
  /** Of a refusal: who does not get the mail, and since when Sluice had it. */
  undelivered: z.array(z.string()),
  heldAt: z.date().nullable(),
});

/** A release that is this instance's until its lease ends. */
export type ClaimedRelease = z.infer<typeof claimedSchema>;

/** Of `due`; $2: for how long, in ms. */
const lease = `
UPDATE ledger.releases r SET lease = gen_random_uuid(),
  due_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
FROM due WHERE r.id = due.id
RETURNING r.id, r.lease, r.submission_id AS "submissionId", r.object_key AS "objectKey", r.sha256, r.form, r.mail_from AS "mailFrom", r.subject, r.recipients,
  r.pending, r.answers, r.operator, r.attempts, r.wrapper_digest AS "wrapperDigest", r.created_at AS "createdAt", r.undelivered,
  r.held_at AS "heldAt"`;

/**
 * Takes what is due, oldest first, past what other instances have in hand. `due_at` becomes the end of the lease: what a
 * killed instance had in hand is due again then, without anybody cleaning up.
 */
const claim = `
WITH due AS MATERIALIZED (
  SELECT id FROM ledger.releases WHERE state = 'waiting' AND due_at <= clock_timestamp()
  ORDER BY due_at, seq LIMIT $1 FOR UPDATE SKIP LOCKED
)
${lease}`;

/** One that was put off and whose time has not come. After it its time is later than the others': each is asked in turn. */
const claimAhead = `
WITH due AS MATERIALIZED (
  SELECT id FROM ledger.releases
  WHERE state = 'waiting' AND due_at > clock_timestamp() AND lease IS NULL AND NOT pending && $1::text[]
  ORDER BY due_at, seq LIMIT 1 FOR UPDATE SKIP LOCKED
)
${lease}`;

export async function claimReleases(query: Query, limit: number, leaseMs: number): Promise<ClaimedRelease[]> {
  const { rows } = await query(claim, [limit, leaseMs]);
  return readRows(claimedSchema, rows);
}

/** One ahead of its time, for none of these recipients. */
export async function claimScout(
  query: Query,
  recipients: readonly string[],
  leaseMs: number,
): Promise<ClaimedRelease[]> {
  const { rows } = await query(claimAhead, [recipients, leaseMs]);
  return readRows(claimedSchema, rows);
}

/**
 * What waits for its time and is in no one's hands; locked in the order of the others. Not the one with which the receiver came
 * back: recipients of it that were put off a moment ago keep their time.
 */
export async function makeOthersDue(query: Query, id: string): Promise<void> {
  await query(
    `WITH locked AS MATERIALIZED (
       SELECT id FROM ledger.releases WHERE state = 'waiting' AND due_at > clock_timestamp() AND lease IS NULL AND id <> $1
       ORDER BY id FOR UPDATE
     )
     UPDATE ledger.releases r SET due_at = clock_timestamp() FROM locked l WHERE r.id = l.id`,
    [id],
  );
}

/** Those that are still being sent: a long message must not be sent by two. Rows are locked in one order everywhere. */
export async function renewLeases(query: Query, leases: readonly string[], leaseMs: number): Promise<void> {
  await query(
    `WITH locked AS MATERIALIZED (
       SELECT id FROM ledger.releases WHERE lease = ANY ($1) AND state = 'waiting' ORDER BY id FOR UPDATE
     )
     UPDATE ledger.releases r SET due_at = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
     FROM locked l WHERE r.id = l.id`,
    [leases, leaseMs],
  );
}

/** The receiver was not reached: it is due at once, and what was seen instead of an answer stands in its log. */
export async function noteAway(
  query: Query,
  { id, lease, answers, pending }: ClaimedRelease,
  answer: string,
): Promise<void> {
  const isPending = new Set(pending);
  const away = pending.map((recipient): RecipientAnswer => ({ recipient, outcome: 'later', answer }));
  const all = [...answers.filter(({ recipient }) => !isPending.has(recipient)), ...away];
  await query(
    `UPDATE ledger.releases SET lease = NULL, due_at = clock_timestamp(), answers = $3,
       attempt_log = ledger.note_attempt(attempt_log, $4, clock_timestamp())
     WHERE id = $1 AND lease = $2`,
    [id, lease, JSON.stringify(all), JSON.stringify(away)],
  );
}

/** Nothing was asked of the receiver: it is due at once, and counts as no attempt. */
export async function giveBackRelease(query: Query, { id, lease }: ClaimedRelease): Promise<void> {
  await query(
    `UPDATE ledger.releases SET lease = NULL, due_at = clock_timestamp() WHERE id = $1 AND lease = $2`,
    [id, lease],
  );
}

/** Before a mail of ours is sent: sensors let it through by that. False: the lease is another's by now. */
export async function noteWrapper(
  query: Query,
  { id, lease }: ClaimedRelease,
  digest: string,
): Promise<boolean> {
  const { rowCount } = await query(
    'UPDATE ledger.releases SET wrapper_digest = $3 WHERE id = $1 AND lease = $2',
    [id, lease, digest],
  );
  return rowCount > 0;
}

export interface ReleaseEnding {
  readonly state: 'waiting' | 'delivered' | 'refused';
  readonly pending: readonly string[];
  readonly answers: readonly RecipientAnswer[];
  /** Those of this attempt. */
  readonly fresh: readonly RecipientAnswer[];
  /** Of `waiting`. */
  readonly againInMs: number;
}

export interface EndedRelease {
  readonly claimed: ClaimedRelease;
  readonly ending: ReleaseEnding;
}

const leaseSchema = z.object({ lease: z.string() });

/** The leases whose endings are written; another's by now are those of the others, and what that one finds out counts. */
export async function finishReleases(
  query: Query,
  ended: readonly EndedRelease[],
): Promise<ReadonlySet<string>> {
  const { rows } = await query(
    `WITH ended AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS e (id uuid, lease uuid, state text, pending jsonb, answers jsonb,
         fresh jsonb, "againInMs" float8)
     ), locked AS MATERIALIZED (
       SELECT r.id FROM ledger.releases r JOIN ended e ON e.id = r.id AND e.lease = r.lease ORDER BY r.id FOR UPDATE OF r
     )
     UPDATE ledger.releases r SET state = e.state, pending = ARRAY(SELECT jsonb_array_elements_text(e.pending)),
       answers = e.answers, attempts = r.attempts + 1, lease = NULL,
       attempt_log = ledger.note_attempt(r.attempt_log, e.fresh, clock_timestamp()),
       due_at = clock_timestamp() + make_interval(secs => e."againInMs" / 1000),
       finished_at = CASE WHEN e.state <> 'waiting' THEN clock_timestamp() END
     FROM ended e JOIN locked l ON l.id = e.id
     WHERE r.id = l.id AND r.lease = e.lease
     RETURNING e.lease`,
    [JSON.stringify(ended.map(({ claimed: { id, lease }, ending }) => ({ id, lease, ...ending })))],
  );
  return new Set(readRows(leaseSchema, rows).map(({ lease }) => lease));
}
