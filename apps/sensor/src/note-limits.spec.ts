import { describe, expect, it } from 'vitest';
import { noteLimits } from './note-limits.js';

describe('a bound of a listener', () => {
  it('is counted each time, and logged once a minute with how often it was', () => {
    const counted: string[] = [];
    const logged: unknown[] = [];
    let nowMs = 5;
    const note = noteLimits('clamd', {
      metrics: { reachedLimit: (...reached) => void counted.push(reached.join(' ')) },
      logger: { warn: (fields: object) => void logged.push(fields) },
      nowMs: () => nowMs,
    });
    for (let count = 0; count < 100; count += 1) note('connections');
    note('not-allowed', { peer: '192.0.2.1' });
    nowMs += 60_000;
    note('connections');
    expect(counted).toHaveLength(102);
    expect(new Set(counted)).toEqual(new Set(['clamd connections', 'clamd not-allowed']));
    expect(logged).toEqual([
      { listener: 'clamd', limit: 'connections', count: 1 },
      { listener: 'clamd', limit: 'not-allowed', count: 1, peer: '192.0.2.1' },
      { listener: 'clamd', limit: 'connections', count: 100 },
    ]);
  });
});
