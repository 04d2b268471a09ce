import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Routes as labels: never ids, names or hashes. */
export type RouteName =
  | 'submit'
  | 'states'
  | 'report'
  | 'hold'
  | 'filters'
  | 'delete'
  | 'delete-all'
  | 'detects'
  | 'unknown'
  | 'refused';

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

export function createGatewayMetrics(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'sluice_gateway_requests_total',
      help: 'Requests by route and status code',
      labelNames: ['route', 'code'],
      registers,
    }),
    objectBytes: new Counter({
      name: 'sluice_gateway_object_bytes_total',
      help: 'Bytes of objects stored',
      registers,
    }),
    objects: new Counter({
      name: 'sluice_gateway_objects_total',
      help: 'Objects stored, with a file of their own or one that others share',
      labelNames: ['file'],
      registers,
    }),
    deadBytes: new Counter({
      name: 'sluice_gateway_dead_bytes_total',
      help: 'Bytes of refused objects in files that others share: they go with the last of these',
      registers,
    }),
    acceptSeconds: new Histogram({
      name: 'sluice_gateway_accept_seconds',
      help: 'From the first look at the body to the committed row, for scans answered OK',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
      registers,
    }),
    limitsReached: new Counter({
      name: 'sluice_gateway_limits_reached_total',
      help: 'Connections, requests and reports of callers that were closed, refused or left out by a bound',
      labelNames: ['limit'],
      registers,
    }),
    receiving: new Gauge({
      name: 'sluice_gateway_receiving_bodies',
      help: 'Bodies being received',
      registers,
    }),
    held: new Gauge({
      name: 'sluice_gateway_held_requests',
      help: 'Requests held by wait=',
      registers,
    }),
    /** `count` is asked when the metrics are read. */
    watchConnections: (count: () => number): void => {
      new Gauge({
        name: 'sluice_gateway_connections',
        help: 'Open TLS connections',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
  };
}
