import { describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { createGatewayMetrics } from './gateway-metrics.js';
import { ReachedLimits } from './reached-limits.js';

const minutes = (count: number): number => count * 60_000;

describe('limits that callers reached', () => {
  it('are counted each by itself, for as long as they are news', () => {
    const reached = new ReachedLimits({ inc: () => undefined });
    expect(reached.recent(0)).toEqual([]);
    reached.note('connections', minutes(1));
    for (let attempt = 0; attempt < 1000; attempt += 1) reached.note('held-requests', minutes(5));
    expect(reached.recent(minutes(6))).toEqual([
      { limit: 'connections', count: 1 },
      { limit: 'held-requests', count: 1000 },
    ]);
    expect(reached.recent(minutes(12))).toEqual([{ limit: 'held-requests', count: 1000 }]);
    expect(reached.recent(minutes(16))).toEqual([]);
  });

  it('stay in the metric', async () => {
    const registry = new Registry();
    const reached = new ReachedLimits(createGatewayMetrics(registry).limitsReached);
    reached.note('address-handshakes', 0);
    reached.note('address-handshakes', minutes(30));
    expect(await registry.metrics()).toContain(
      'sluice_gateway_limits_reached_total{limit="address-handshakes"} 2',
    );
  });
});
