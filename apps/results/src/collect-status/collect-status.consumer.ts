import { queues, statusSchema, type ServiceStatus } from '@sluice/contracts';
import type { Broker, Consumer, Delivery, Disposition } from '@sluice/broker';
import { WriteTogether, type Database } from '@sluice/database';
import type { Logger } from '@sluice/runtime';

/**
 * The last report of each instance, and when a decision set was first reported. By the database's clock, so that
 * instances' clocks don't matter. In one order, so that two that write several do not wait for each other.
 */
export async function noteStatuses(database: Database, statuses: readonly ServiceStatus[]): Promise<void> {
  const last = new Map(statuses.map((one) => [`${one.service} ${one.instance}`, one]));
  await database.query(
    `WITH reported AS (
       SELECT r ->> 'service' AS service, r ->> 'instance' AS instance, r AS status FROM jsonb_array_elements($1) AS r
     ), seen AS (
       INSERT INTO ledger.decision_sets (decision_set, first_seen_at)
       SELECT DISTINCT status ->> 'decisionSet', clock_timestamp() FROM reported
       WHERE status ->> 'decisionSet' IS NOT NULL ORDER BY 1 ON CONFLICT DO NOTHING)
     INSERT INTO ledger.instances (service, instance, status, seen_at)
     SELECT service, instance, status, clock_timestamp() FROM reported ORDER BY service, instance
     ON CONFLICT (service, instance) DO UPDATE SET status = excluded.status, seen_at = excluded.seen_at`,
    [JSON.stringify([...last.values()])],
  );
}

/**
 * Every report is replaced by the next: an unreadable one, one about another service than its sender, or one the
 * database cannot take now, is dropped.
 */
export function consumeStatus(broker: Pick<Broker, 'consume'>, database: Database, logger: Logger): Consumer {
  // They come at the same moment, and share a commit.
  const reports = new WriteTogether<ServiceStatus, void>(async (statuses) => {
    await noteStatuses(database, statuses);
    return () => undefined;
  });
  const onMessage = async ({ content, sender }: Delivery): Promise<Disposition> => {
    const parsed = statusSchema.safeParse(content);
    if (!parsed.success) logger.warn({ issues: parsed.error.issues.slice(0, 3) }, 'unreadable status report');
    else if (sender !== null && parsed.data.service !== sender)
      logger.error({ sender, service: parsed.data.service }, 'status report of another service dropped');
    else
      await reports
        .write(parsed.data)
        .catch((err: unknown) => logger.debug({ err }, 'status report not stored'));
    return 'ack';
  };
  return broker.consume({ queue: queues.status, prefetch: 20, onMessage });
}
