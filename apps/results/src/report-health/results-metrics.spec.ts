import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ResultsMetrics } from './results-metrics.js';

const wave = { objects: 9, done: 4, detected: 1, cleared: 2, unknown: 1 };

let statements: number;
let unfinished: number;
let isAway: boolean;
const database = {
  query: async <Row>(text: string) => {
    statements += 1;
    if (isAway) throw new Error('away');
    const rows = text.includes('queue_depths') ? [{ queue: 'mail', priority: 5, unfinished }] : [wave];
    return { rows: rows as Row[], rowCount: 1 };
  },
};
let registry: Registry;

beforeEach(() => {
  vi.useFakeTimers();
  [statements, unfinished, isAway] = [0, 3, false];
  registry = new Registry();
  new ResultsMetrics(registry, database);
});
afterEach(() => void vi.useRealTimers());

describe('gauges of the ledger', () => {
  it('ask nothing until they are read, then tell what waits and how the wave stands', async () => {
    await vi.advanceTimersByTimeAsync(600_000);
    expect(statements).toBe(0);
    const text = await registry.metrics();
    expect(text).toContain('sluice_unfinished_scans{queue="mail",priority="5"} 3');
    expect(text).toContain('sluice_rescan_wave_objects{objects="cleared"} 2');
  });

  it('ask once for all who read within seconds', async () => {
    await Promise.all([registry.metrics(), registry.metrics()]);
    const asked = statements;
    unfinished = 8;
    await vi.advanceTimersByTimeAsync(4000);
    expect(await registry.metrics()).toContain('priority="5"} 3');
    expect(statements).toBe(asked);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await registry.metrics()).toContain('priority="5"} 8');
    expect(statements).toBe(2 * asked);
  });

  it('are answered while the database is away', async () => {
    await registry.metrics();
    isAway = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(await registry.metrics()).toContain('priority="5"} 3');
  });
});
