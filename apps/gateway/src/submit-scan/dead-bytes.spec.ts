import { describe, expect, it } from 'vitest';
import { DeadBytes } from './dead-bytes.js';

const hourMs = 3_600_000;
const start = (max = 100) => {
  const counted: number[] = [];
  return { counted, dead: new DeadBytes(max, (bytes) => counted.push(bytes)) };
};

describe('dead bytes', () => {
  it('of a system are bounded, and counted; others have their own', () => {
    const { dead, counted } = start();
    dead.stake('a', 60, 0)?.settle(false, 0);
    expect(dead.stake('a', 41, 0)).toBeNull();
    dead.stake('a', 40, 0)?.settle(false, 0);
    expect(dead.stake('a', 1, 0)).toBeNull();
    expect(dead.stake('b', 100, 0)).not.toBeNull();
    expect(counted).toEqual([60, 40]);
  });

  it('are bounded with all that may yet die', () => {
    const { dead, counted } = start();
    const stakes = [dead.stake('a', 50, 0), dead.stake('a', 50, 0)];
    expect(dead.stake('a', 1, 0)).toBeNull();
    stakes[0]?.settle(true, 0);
    dead.stake('a', 50, 0)?.settle(false, 0);
    stakes[1]?.settle(false, 0);
    expect(counted).toEqual([50, 50]);
    expect(dead.stake('a', 1, 0)).toBeNull();
  });

  it('are forgotten after an hour, not before', () => {
    const { dead } = start();
    dead.stake('a', 60, 0)?.settle(false, 0);
    dead.stake('a', 40, hourMs / 2)?.settle(false, hourMs / 2);
    expect(dead.stake('a', 1, hourMs - 1)).toBeNull();
    expect(dead.stake('a', 61, hourMs + 120_000)).toBeNull();
    expect(dead.stake('a', 60, hourMs + 120_000)).not.toBeNull();
  });

  it('keep no system in mind that has none', () => {
    const { dead } = start();
    for (let index = 0; index < 100; index++) dead.stake(`needed-${index}`, 10, 0)?.settle(true, 0);
    dead.stake('refused', 10, 0)?.settle(false, 0);
    expect(dead.size).toBe(1);
    dead.stake('later', 10, 2 * hourMs)?.settle(false, 2 * hourMs);
    expect(dead.size).toBe(1);
  });
});
