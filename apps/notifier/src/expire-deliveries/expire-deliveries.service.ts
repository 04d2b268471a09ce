import type { Database } from '@sluice/database';
import { failuresUntilAway } from '../send-deliveries/next-attempt.js';

/** What was told is shown for this long. */
const keptFor = '30 days';
const batch = 1000;

/** Keeps the tables small, and says of messages to a receiver that stays away that they are dead. */
export class ExpireDeliveries {
  constructor(private readonly database: Pick<Database, 'query'>) {}

  /** True when there is more to remove. */
  async run(): Promise<boolean> {
    await this.giveUp();
    const deliveries = await this.database.query(
      `DELETE FROM deliveries.deliveries WHERE id IN (
         SELECT id FROM deliveries.deliveries WHERE finished_at < statement_timestamp() - interval '${keptFor}'
         ORDER BY finished_at LIMIT ${batch} FOR UPDATE SKIP LOCKED)`,
    );
    const events = await this.database.query(
      `DELETE FROM deliveries.events WHERE id IN (
         SELECT e.id FROM deliveries.events e
         WHERE e.created_at < statement_timestamp() - interval '${keptFor}'
           AND NOT EXISTS (SELECT FROM deliveries.deliveries d WHERE d.event_id = e.id)
         ORDER BY e.created_at LIMIT ${batch})`,
    );
    return deliveries.rowCount === batch || events.rowCount === batch;
  }

  /** A channel that is away has one message at a time tried; the others must not wait for ever without an attempt. */
  private async giveUp(): Promise<void> {
    await this.database.query(
      `WITH dead AS (
         UPDATE deliveries.deliveries d SET state = 'dead', finished_at = clock_timestamp(),
           last_answer = coalesce(d.last_answer, 'the receiver was away for a day: ' || h.last_answer)
         FROM deliveries.channel_health h
         WHERE h.channel_id = d.channel_id AND h.failures >= ${failuresUntilAway} AND d.state = 'waiting'
           AND d.lease IS NULL AND d.queued_at < clock_timestamp() - interval '1 day' - interval '1 hour'
         RETURNING d.id, d.last_answer
       )
       UPDATE deliveries.deliveries p SET state = 'dead', finished_at = clock_timestamp(), last_answer = dead.last_answer
       FROM dead WHERE p.part_of = dead.id AND p.state = 'gathered'`,
    );
  }
}
