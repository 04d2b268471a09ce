import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { LeftScans } from './left-scans.js';

afterEach(() => {
  jest.restoreAllMocks();
});
const setClock = (nowMs: number) => jest.spyOn(performance, 'now').mockReturnValue(nowMs);

describe('LeftScans', () => {
  it('knows what was left and when it was begun, once', () => {
    const left = new LeftScans();
    setClock(5000);
    expect(left.take('a')).toBeNull();
    left.add('a', 1000);
    expect([left.take('a'), left.take('a')]).toEqual([1000, null]);
  });
  it('knows it for ten minutes of its beginning, whenever it was left', () => {
    const left = new LeftScans();
    setClock(300_000);
    left.add('young', 1);
    left.add('old', 0);
    setClock(600_000);
    expect([left.take('young'), left.take('old')]).toEqual([1, null]);
  });
  it('forgets the oldest, not what was left again since', () => {
    const left = new LeftScans();
    setClock(5000);
    left.add('first', 1000);
    left.add('second', 1000);
    left.add('first', 1000);
    for (let at = 0; at < 9_999; at += 1) left.add(`more-${at}`, 1000);
    expect([left.take('first'), left.take('second')]).toEqual([1000, null]);
  });
});
