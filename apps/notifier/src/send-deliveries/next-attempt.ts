import { backOffMs } from '@sluice/timing';

const pauses = { firstMs: 5000, longestMs: 4 * 3600_000, spread: 0 };
/** Longest time from the first attempt to the last. */
export const givenUpAfterMs = 24 * 3600_000;
/** Up to a tenth more, so that what failed together doesn't come back together. */
const spread = 0.1;

export interface Failure {
  /** Of this delivery, this one included. */
  readonly attempts: number;
  readonly firstAttemptAtMs: number;
  readonly nowMs: number;
  /** The receiver asked for this pause. */
  readonly retryAfterMs: number | null;
}

/**
 * When to try again after a failure: 5 s, 10 s, 20 s … up to 4 h, for a day in all. Null: no more, the delivery is dead.
 */
export function nextAttempt(failure: Failure, random: () => number = Math.random): number | null {
  const pauseMs = backOffMs(failure.attempts - 1, pauses) * (1 + spread * random());
  const atMs = failure.nowMs + Math.max(pauseMs, failure.retryAfterMs ?? 0);
  return atMs > failure.firstAttemptAtMs + givenUpAfterMs ? null : Math.round(atMs);
}

/** Failures in a row after which a channel is taken to be away. */
export const failuresUntilAway = 3;
const channelPauses = { firstMs: 2500, longestMs: 10_000, spread: 0 };

/**
 * How long a channel that is away is left alone: then one delivery is tried. Up to ten seconds, so that a receiver has
 * everything that waited for it soon after it is back; each delivery's own pauses see to it that few are tried.
 */
export function channelPauseMs(failures: number): number {
  if (failures < failuresUntilAway) return 0;
  return backOffMs(failures - failuresUntilAway, channelPauses);
}
