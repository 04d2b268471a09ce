import { queues, statusSchema, type ServiceStatus } from '@sluice/contracts';
import type { Broker, Consumer, Delivery, Disposition } from '@sluice/broker';
import type { Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';

/**
 * The last report of each instance, and when a decision set was first reported. By the database's clock, so that
 * instances' clocks don't matter.
 */
export async function noteStatus(database: Database, status: ServiceStatus): Promise<void> {
  await database.query(
    `WITH seen AS (
       INSERT INTO ledger.decision_sets (decision_set, first_seen_at)
       SELECT $4::text, clock_timestamp() WHERE $4::text IS NOT NULL ON CONFLICT DO NOTHING)
     INSERT INTO ledger.instances (service, instance, status, seen_at) VALUES ($1, $2, $3, clock_timestamp())
     ON CONFLICT (service, instance) DO UPDATE SET status = excluded.status, seen_at = excluded.seen_at`,
    [status.service, status.instance, JSON.stringify(status), status.decisionSet],
  );
}

/**
 * Every report is replaced by the next: an unreadable one, one about another service than its sender, or one the
 * database cannot take now, is dropped.
 */
export function consumeStatus(broker: Pick<Broker, 'consume'>, database: Database, logger: Logger): Consumer {
  const onMessage = async ({ content, sender }: Delivery): Promise<Disposition> => {
    const parsed = statusSchema.safeParse(content);
    if (!parsed.success) logger.warn({ issues: parsed.error.issues.slice(0, 3) }, 'unreadable status report');
    else if (sender !== null && parsed.data.service !== sender)
      logger.error({ sender, service: parsed.data.service }, 'status report of another service dropped');
    else
      await noteStatus(database, parsed.data).catch((err: unknown) =>
        logger.debug({ err }, 'status report not stored'),
      );
    return 'ack';
  };
  return broker.consume({ queue: queues.status, prefetch: 20, onMessage });
}
