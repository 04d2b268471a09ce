import { describe, expect, it } from 'vitest';
import {
  faultKind,
  heartbeatSeconds,
  necessaryCount,
  planFaults,
  targets,
  type Fault,
} from './plan-faults.js';

function first(count: number, seed: number): Fault[] {
  const plan = planFaults(seed);
  return Array.from({ length: count }, () => plan.next().value as Fault);
}

describe('planFaults', () => {
  it('gives the same plan for the same seed, and another for another', () => {
    expect(first(60, 7)).toEqual(first(60, 7));
    expect(first(60, 7)).not.toEqual(first(60, 8));
  });
  it.each([1, 2, 3])('begins with every mechanism (seed %i)', (seed) => {
    const kinds = new Set(first(necessaryCount, seed).map(faultKind));
    expect([...kinds].sort()).toEqual(
      [
        ...[
          'fill-store',
          'freeze postgres',
          'freeze scanner',
          'freeze webhook-receiver',
          'kill gateway',
          'kill mail-receiver',
          'kill notifier',
          'kill postgres',
          'kill rabbitmq',
        ],
        ...['kill results', 'kill scanner', 'restart results', 'wipe-broker'],
      ].sort(),
    );
  });
  it('freezes a scanner for longer than three heartbeats', () => {
    const longest = Math.max(
      ...first(necessaryCount, 3).map((one) =>
        'target' in one && one.target === 'scanner-1' && one.kind === 'freeze' ? one.forMs : 0,
      ),
    );
    expect(longest).toBeGreaterThan(3 * heartbeatSeconds * 1000);
  });
  it('then does everything to every process, freezing it for 1 to 45 s', () => {
    const round = first(necessaryCount + 3 * targets.length, 5).slice(necessaryCount);
    const done = new Set(round.map((one) => `${one.kind} ${'target' in one ? one.target : ''}`));
    expect(done.size).toBe(3 * targets.length);
    for (const one of round) {
      if (one.kind !== 'freeze') continue;
      expect(one.forMs).toBeGreaterThanOrEqual(1000);
      expect(one.forMs).toBeLessThanOrEqual(45_000);
    }
  });
});
