import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * The histogram of the event loop's delay is a timer that wakes the process: every 10 ms, as it is by default, costs a
 * service that has nothing to do more than everything else it does (1 to 2 % of a core). Its values count from this on.
 */
const eventLoopMonitoringPrecision = 500;

/** A registry of its own per service, with process metrics and the label `service`. Ids, names and hashes are never labels. */
export function createMetrics(service: string): Registry {
  const metrics = new Registry();
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision });
  return metrics;
}
