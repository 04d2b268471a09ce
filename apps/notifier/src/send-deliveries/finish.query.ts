import { readRow, type Database, type Query } from '@sluice/database';
import { z } from 'zod';
import type { Claimed } from './claim.query.js';
import { channelPauseMs, failuresUntilAway } from './next-attempt.js';

const failuresRowSchema = z.object({ failures: z.int() });

/** How a claimed delivery goes on. `again`: it waits for another attempt. */
export type Ending =
  | { readonly state: 'delivered'; readonly answer: string }
  | { readonly state: 'dead'; readonly answer: string; readonly isChannelAway: boolean }
  | { readonly state: 'again'; readonly answer: string; readonly atMs: number }
  | { readonly state: 'cancelled'; readonly answer: string };

/**
 * Writes how an attempt ended. Conditional on the lease: when another instance took the delivery over in the meantime,
 * only the attempt's log is completed. Answers whether it was still ours.
 */
export function finishDelivery(database: Database, claimed: Claimed, ending: Ending): Promise<boolean> {
  return database.transaction(async (query) => {
    await noteAttempt(query, claimed, ending);
    const isOurs = await writeState(query, claimed, ending);
    if (isOurs) await writeParts(query, claimed, ending);
    await noteHealth(query, claimed, ending);
    return isOurs;
  });
}

export interface Delivered {
  readonly claimed: Claimed;
  readonly answer: string;
}

/** The same for several that were delivered and have no parts, in one transaction. */
export function finishDelivered(database: Database, delivered: readonly Delivered[]): Promise<void> {
  return database.transaction(async (query) => {
    await query(
      `WITH ended AS (
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS e (id, lease, answer)
       ), noted AS (
         UPDATE deliveries.attempts a SET finished_at = clock_timestamp(), outcome = 'delivered', answer = e.answer
         FROM ended e WHERE a.lease = e.lease
       )
       UPDATE deliveries.deliveries d SET state = 'delivered', lease = NULL, last_answer = e.answer,
         finished_at = clock_timestamp()
       FROM ended e WHERE d.id = e.id AND d.lease = e.lease`,
      [
        delivered.map(({ claimed }) => claimed.id),
        delivered.map(({ claimed }) => claimed.lease),
        delivered.map(({ answer }) => answer),
      ],
    );
    const lastAnswers = new Map(delivered.map(({ claimed, answer }) => [claimed.channelId, answer]));
    // In one order: each locks its channel's row.
    for (const [channelId, answer] of [...lastAnswers].sort(([one], [other]) => (one < other ? -1 : 1)))
      await noteSuccess(query, channelId, answer);
  });
}

/** Gives a delivery back as if it had not been claimed: this instance stops. */
export async function releaseDelivery(database: Database, claimed: Claimed): Promise<void> {
  await database.query(
    `WITH released AS (
       UPDATE deliveries.deliveries SET lease = NULL, due_at = queued_at, attempts = attempts - 1
       WHERE id = $1 AND lease = $2 RETURNING id
     ) DELETE FROM deliveries.attempts WHERE lease = $2 AND EXISTS (SELECT FROM released)`,
    [claimed.id, claimed.lease],
  );
}

async function noteAttempt(query: Query, { lease }: Claimed, ending: Ending): Promise<void> {
  await query(
    `UPDATE deliveries.attempts SET finished_at = clock_timestamp(), outcome = $2, answer = $3 WHERE lease = $1`,
    [lease, ending.state === 'delivered' ? 'delivered' : 'failed', ending.answer],
  );
}

async function writeState(query: Query, { id, lease }: Claimed, ending: Ending): Promise<boolean> {
  const isAgain = ending.state === 'again';
  const { rowCount } = await query(
    `UPDATE deliveries.deliveries SET state = $3, lease = NULL, last_answer = $4, due_at = coalesce($5, due_at),
       finished_at = CASE WHEN $5::timestamptz IS NULL THEN clock_timestamp() END
     WHERE id = $1 AND lease = $2`,
    [id, lease, isAgain ? 'waiting' : ending.state, ending.answer, isAgain ? new Date(ending.atMs) : null],
  );
  return rowCount > 0;
}

/** Parts of a digest or summary end as it does. */
async function writeParts(query: Query, { id, kind }: Claimed, ending: Ending): Promise<void> {
  if (ending.state === 'again' || (kind !== 'digest' && kind !== 'held-back')) return;
  await query(
    `UPDATE deliveries.deliveries SET state = $2, finished_at = clock_timestamp(), last_answer = $3
     WHERE part_of = $1 AND state = 'gathered'`,
    [id, ending.state, ending.answer],
  );
}

/**
 * One message the receiver refused for good says nothing of the channel; tests tell only good news. When a channel that
 * was away is back, all that failed meanwhile is due at once.
 */
async function noteHealth(query: Query, claimed: Claimed, ending: Ending): Promise<void> {
  if (ending.state === 'delivered') return noteSuccess(query, claimed.channelId, ending.answer);
  const isAway = ending.state === 'again' || (ending.state === 'dead' && ending.isChannelAway);
  if (isAway && claimed.kind !== 'test') await noteFailure(query, claimed.channelId, ending.answer);
}

async function noteSuccess(query: Query, channelId: string, answer: string): Promise<void> {
  const before = await query(
    'SELECT failures FROM deliveries.channel_health WHERE channel_id = $1 FOR UPDATE',
    [channelId],
  );
  await query(
    `INSERT INTO deliveries.channel_health AS h (channel_id, last_answer, last_success_at)
     SELECT id, $2, clock_timestamp() FROM deliveries.channels WHERE id = $1
     ON CONFLICT (channel_id) DO UPDATE SET failures = 0, paused_until = NULL, last_answer = excluded.last_answer,
       last_success_at = excluded.last_success_at`,
    [channelId, answer],
  );
  if ((readRow(failuresRowSchema, before.rows)?.failures ?? 0) < failuresUntilAway) return;
  await query(
    // Due since they were queued, so that they are taken in their order, among those that were never tried, too.
    `UPDATE deliveries.deliveries SET due_at = queued_at
     WHERE channel_id = $1 AND state = 'waiting' AND lease IS NULL AND due_at > queued_at`,
    [channelId],
  );
}

async function noteFailure(query: Query, channelId: string, answer: string): Promise<void> {
  const noted = await query(
    `INSERT INTO deliveries.channel_health AS h (channel_id, failures, last_answer, last_failure_at)
     SELECT id, 1, $2, clock_timestamp() FROM deliveries.channels WHERE id = $1
     ON CONFLICT (channel_id) DO UPDATE SET failures = h.failures + 1, last_answer = excluded.last_answer,
       last_failure_at = excluded.last_failure_at
     RETURNING failures`,
    [channelId, answer],
  );
  const pauseMs = channelPauseMs(readRow(failuresRowSchema, noted.rows)?.failures ?? 0);
  if (pauseMs === 0) return;
  await query(
    `UPDATE deliveries.channel_health SET paused_until = clock_timestamp() + make_interval(secs => $2::float8 / 1000)
     WHERE channel_id = $1`,
    [channelId, pauseMs],
  );
}
