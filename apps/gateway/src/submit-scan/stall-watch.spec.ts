import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StallWatch } from './stall-watch.js';
import type { WatchedBody } from './stall-watch.js';

let watch: StallWatch;
let body: WatchedBody;
let stalls: number;
beforeEach(() => {
  vi.useFakeTimers();
  stalls = 0;
  watch = new StallWatch({ idleMs: 30_000, windowMs: 30_000, minBytesPerSecond: 10_240, tickMs: 1000 });
  body = watch.start(() => {
    stalls += 1;
    watch.stop(body);
  });
});
afterEach(() => {
  watch.stop(body);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function pass(seconds: number, bytesPerSecond: number): void {
  for (let second = 0; second < seconds; second += 1) {
    body.received(bytesPerSecond);
    vi.advanceTimersByTime(1000);
  }
}

describe('stall watch', () => {
  it('gives a body 30 s without a byte', () => {
    pass(29, 0);
    expect(stalls).toBe(0);
    pass(1, 0);
    expect(stalls).toBe(1);
  });

  it('lets a slow body live for its first 30 s, and a fast enough one for ever', () => {
    pass(29, 10_000);
    expect(stalls).toBe(0);
    pass(1, 10_000);
    expect(stalls).toBe(1);
    watch.stop(body);
    body = watch.start(() => (stalls += 1));
    pass(300, 10_300);
    expect(stalls).toBe(1);
  });

  it('ends one that was fast and then trickles', () => {
    pass(60, 1_000_000);
    pass(29, 10);
    expect(stalls).toBe(0);
    pass(5, 10);
    expect(stalls).toBe(1);
  });

  it('does not count the time in which we did not read', () => {
    pass(10, 20_000);
    body.isPaused = true;
    pass(120, 0);
    body.isPaused = false;
    pass(25, 20_000);
    expect(stalls).toBe(0);
  });
});
