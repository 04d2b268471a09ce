import { readRow, type Query } from '@sluice/database';
import { z } from 'zod';

/** What transactions that leave work for notifiers announce: SQL has it in `note_alerts.sql` and `announce_deliveries.sql`. */
export const announcedOn = 'sluice_deliveries';

const lookSchema = z.object({ has_alerts: z.boolean(), due_in_ms: z.number().nullable() });

export interface WaitingWork {
  /** Alerts of which no deliveries were made yet. */
  readonly hasAlerts: boolean;
  /** To the first delivery that becomes due, 0: one is; whether there is a slot for it is not looked at. Null: none waits. */
  readonly dueInMs: number | null;
}

/** One statement without a lock: what it finds is taken by those who hold locks. */
export async function lookForWork(query: Query): Promise<WaitingWork> {
  // By channel, as deliveries are taken: a backlog for later, of one that is away, is not walked through.
  const { rows } = await query(
    `SELECT EXISTS (SELECT FROM deliveries.outbox) AS has_alerts,
       (SELECT extract(epoch FROM min(w.due_at) - clock_timestamp())::float8 * 1000
        FROM deliveries.channels c CROSS JOIN LATERAL (
          SELECT d.due_at FROM deliveries.deliveries d
          WHERE d.channel_id = c.id AND d.state IN ('waiting', 'gathering') ORDER BY d.due_at LIMIT 1) w) AS due_in_ms`,
  );
  const found = readRow(lookSchema, rows);
  const dueInMs = found?.due_in_ms ?? null;
  return { hasAlerts: found?.has_alerts === true, dueInMs: dueInMs === null ? null : Math.max(0, dueInMs) };
}
