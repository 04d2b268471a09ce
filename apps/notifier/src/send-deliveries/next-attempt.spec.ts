import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { channelPauseMs, givenUpAfterMs, nextAttempt } from './next-attempt.js';

const pauses = (random: () => number): number[] => {
  const found: number[] = [];
  for (let nowMs = 0, attempts = 1; ; attempts += 1) {
    const next = nextAttempt({ attempts, firstAttemptAtMs: 0, nowMs, retryAfterMs: null }, random);
    if (next === null) return found;
    found.push(next - nowMs);
    nowMs = next;
  }
};

describe('nextAttempt', () => {
  it('doubles from 5 seconds to 4 hours, for a day', () => {
    const seconds = pauses(() => 0).map((ms) => ms / 1000);
    expect(seconds.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(Math.max(...seconds)).toBe(4 * 3600);
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(20 * 3600);
  });

  it('ends within a day, whatever chance says', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (chance) => {
        const all = pauses(() => chance);
        expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(givenUpAfterMs);
        expect(all.length).toBeGreaterThan(12);
      }),
    );
  });

  it('keeps a longer pause that the receiver asked for', () => {
    const failure = { attempts: 1, firstAttemptAtMs: 0, nowMs: 0 };
    expect(nextAttempt({ ...failure, retryAfterMs: 60_000 })).toBe(60_000);
    expect(nextAttempt({ ...failure, retryAfterMs: 1 }, () => 0)).toBe(5000);
  });
});

describe('channelPauseMs', () => {
  it('begins with the third failure in a row and stays within ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 50].map(channelPauseMs)).toEqual([
      0, 0, 0, 2500, 5000, 10_000, 10_000, 10_000, 10_000,
    ]);
  });
});
