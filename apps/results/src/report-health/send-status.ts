import type { Broker } from '@sluice/broker';
import type { Database } from '@sluice/database';
import { startStatusReports, type Logger, type Management } from '@sluice/runtime';
import type { ResultsMetrics } from './results-metrics.js';

interface Deps {
  readonly instance: string;
  readonly management: Pick<Management, 'problems'>;
  readonly broker: Pick<Broker, 'publish'>;
  readonly database: Database;
  readonly metrics: ResultsMetrics;
  readonly logger: Logger;
}

/** This instance's report, the way every other service sends it; the gauges are refreshed with it. */
export function sendStatus({ database, metrics, ...deps }: Deps): { stop(): Promise<void> } {
  return startStatusReports({
    service: 'results',
    details: async () => {
      await metrics.refresh(database).catch(() => undefined); // shown by the readiness check
      return {};
    },
    ...deps,
  });
}
