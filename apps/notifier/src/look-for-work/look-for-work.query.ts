import { readRow, type Query } from '@sluice/database';
import { z } from 'zod';

const lookSchema = z.object({ has_alerts: z.boolean(), is_due: z.boolean() });

export interface WaitingWork {
  /** Alerts of which no deliveries were made yet. */
  readonly hasAlerts: boolean;
  /** A delivery is due; whether there is a slot for it is not looked at. */
  readonly isDue: boolean;
}

/** One statement without a lock, asked all the time: what it finds is taken by those who hold locks. */
export async function lookForWork(query: Query): Promise<WaitingWork> {
  // By channel, as deliveries are taken: a backlog for later, of one that is away, is not walked through.
  const { rows } = await query(
    `SELECT EXISTS (SELECT FROM deliveries.outbox) AS has_alerts,
       EXISTS (SELECT FROM deliveries.channels c WHERE EXISTS (
         SELECT FROM deliveries.deliveries w
         WHERE w.channel_id = c.id AND w.state IN ('waiting', 'gathering') AND w.due_at <= clock_timestamp())) AS is_due`,
  );
  const found = readRow(lookSchema, rows);
  return { hasAlerts: found?.has_alerts === true, isDue: found?.is_due === true };
}
