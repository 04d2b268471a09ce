import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreSpace } from './store-space.js';

let measured: number;
let freeBytes: number | Error;
let problems: unknown[];
let space: StoreSpace;
beforeEach(async () => {
  vi.useFakeTimers();
  [measured, freeBytes, problems] = [0, 1000, []];
  const store = {
    freeBytes: async () => {
      measured += 1;
      if (freeBytes instanceof Error) throw freeBytes;
      return freeBytes;
    },
  };
  space = new StoreSpace(store, 100, (error) => problems.push(error));
  await space.measure();
});
afterEach(async () => {
  await space.stop();
  vi.useRealTimers();
});
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('free space of the object store', () => {
  it('leaves the reserve free', () => {
    expect([space.hasRoomFor(0), space.hasRoomFor(900), space.hasRoomFor(901)]).toEqual([true, true, false]);
  });

  it('is measured each second while it is asked for, however often, and seldom otherwise', async () => {
    measured = 0;
    for (let tenth = 0; tenth < 100; tenth += 1) {
      space.hasRoomFor(0);
      await after(100);
    }
    expect(measured).toBeGreaterThanOrEqual(9);
    expect(measured).toBeLessThanOrEqual(10);
    measured = 0;
    await after(60_000);
    expect(measured).toBeLessThanOrEqual(12);
  });

  it('that is gone is noticed by who asks within a second, and within seconds when no one does', async () => {
    freeBytes = 50;
    await after(1000);
    space.hasRoomFor(0);
    await after(0);
    expect(space.hasRoomFor(0)).toBe(false);
    freeBytes = 1000;
    await after(6000);
    expect(space.hasRoomFor(0)).toBe(true);
  });

  it('that cannot be measured is none, and is measured again', async () => {
    freeBytes = new Error('away');
    await after(5000);
    expect([space.hasRoomFor(0), problems]).toEqual([false, [freeBytes]]);
    freeBytes = 1000;
    await after(1000);
    space.hasRoomFor(0);
    await after(0);
    expect(space.hasRoomFor(0)).toBe(true);
  });
});
