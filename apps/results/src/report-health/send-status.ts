import type { Broker } from '@sluice/broker';
import { exchanges, queues, type ServiceStatus } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { softwareVersion, startStatusReports, type Logger } from '@sluice/runtime';
import type { ResultsMetrics } from './results-metrics.js';

interface Needs {
  readonly instance: string;
  readonly broker: Pick<Broker, 'publish'>;
  readonly database: Database;
  readonly metrics: ResultsMetrics;
  readonly problems: () => Promise<string[]>;
  readonly logger: Logger;
}

const startedAt = new Date().toISOString();

/** This instance's report, the way every other service sends it; the gauges are refreshed with it. */
export function sendStatus(needs: Needs): { stop(): void } {
  const { broker, database, metrics, logger } = needs;
  return startStatusReports({
    collect: async () => {
      await metrics.refresh(database).catch(() => undefined); // told by the readiness check
      return statusOf(needs.instance, await needs.problems());
    },
    send: (message) =>
      broker.publish({
        exchange: exchanges.rpc.name,
        routingKey: queues.status.routingKey,
        message,
        persistent: false,
      }),
    logger,
  });
}

const statusOf = (instance: string, problems: string[]): ServiceStatus => ({
  v: 1,
  service: 'results',
  instance,
  version: softwareVersion,
  startedAt,
  isReady: problems.length === 0,
  problems,
  engines: [],
  busySlots: 0,
  slots: 0,
  certificateFingerprint: null,
  certificateNotAfter: null,
  isLoopback: null,
});
