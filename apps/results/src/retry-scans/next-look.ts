/** Retries wait for 5 s at least: one that is made after a look is seen by the next before it is due. */
export const longestLookMs = 5000;
/** After a turn that could not publish what is due. */
const againMs = 1000;
/** Waking for each of some that follow each other closely gains nothing. */
const shortestMs = 20;

/** When to look again for retries, by when the first one that waits becomes due. */
export function nextLookMs(dueInMs: number | null): number {
  if (dueInMs === 0) return againMs;
  return Math.min(longestLookMs, Math.max(shortestMs, dueInMs ?? longestLookMs));
}
