import { describe, expect, it } from 'vitest';
import { longestLookMs, nextLookMs } from './next-look.js';

describe('the next look for retries', () => {
  it.each([
    ['none waits', null, longestLookMs],
    ['the first is due in two minutes', 120_000, longestLookMs],
    ['the first is due in 1.2 s', 1200, 1200],
    ['one is due and could not be published', 0, 1000],
    ['the first is due within a moment', 0.5, 20],
  ])('%s', (_, dueInMs, expected) => {
    expect(nextLookMs(dueInMs)).toBe(expected);
  });
});
