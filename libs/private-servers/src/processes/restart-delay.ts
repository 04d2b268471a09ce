import { backOffMs } from '@sluice/timing';

const restarts = { firstMs: 500, longestMs: 30_000, spread: 0 };

/** 0.5 s, 1 s, 2 s … 30 s: a process that cannot live must not keep the machine busy. */
export function restartDelayMs(endings: number): number {
  return backOffMs(Math.max(0, endings - 1), restarts);
}
