import { describe, expect, it } from '@jest/globals';
import { LeftScans } from './left-scans.js';

describe('LeftScans', () => {
  it('knows what was left, once', () => {
    const left = new LeftScans();
    expect(left.take('a')).toBe(false);
    left.add('a');
    expect([left.take('a'), left.take('a')]).toEqual([true, false]);
  });
  it('forgets the oldest, not what was left again since', () => {
    const left = new LeftScans();
    left.add('first');
    left.add('second');
    left.add('first');
    for (let at = 0; at < 9_999; at += 1) left.add(`more-${at}`);
    expect([left.take('first'), left.take('second')]).toEqual([true, false]);
  });
});
