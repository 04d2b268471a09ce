import { describe, expect, it } from 'vitest';
import { requestTimes } from './request-times.js';

describe('requestTimes', () => {
  it.each([
    ['submit', 240_000, 10, 15_000],
    ['ask-on', 230_000, 57, 62_000],
    ['ask-on', 600_000, 60, 65_000],
    ['submit', 25_000, 10, 13_125],
    ['submit', 4000, 2, 2500],
    ['ask-on', 1000, 1, 1000],
    ['ask-on', 300, 1, 300],
  ] as const)(
    'for %s with %d ms left waits %d s, and asks another gateway after %d ms',
    (step, leftMs, waitSeconds, hedgeMs) => {
      expect(requestTimes(step, leftMs)).toMatchObject({ waitSeconds, hedgeMs });
    },
  );
  it('leaves the next gateway a third of what is left, down to a hold of two seconds', () => {
    for (let leftMs = 2000; leftMs <= 480_000; leftMs += 500) {
      for (const step of ['submit', 'ask-on'] as const) {
        const { hedgeMs, waitSeconds } = requestTimes(step, leftMs);
        expect(hedgeMs).toBeLessThanOrEqual(leftMs * 0.75);
        expect(hedgeMs).toBeGreaterThan(waitSeconds * 1000);
      }
    }
  });
});
