import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of its own per service, with process metrics and the label `service`. Ids, names and hashes are never labels. */
export function createMetrics(service: string): Registry {
  const metrics = new Registry();
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics });
  return metrics;
}
