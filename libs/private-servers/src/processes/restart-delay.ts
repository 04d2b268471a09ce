const firstMs = 500;
const longestMs = 30_000;

/** 0.5 s, 1 s, 2 s … 30 s: a process that can't live must not keep the machine busy. */
export function restartDelayMs(endings: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, endings - 1));
}
