import type { HoldLimits } from '../gateway-limits.js';

/** Looks of one system's held requests in all, a second, when no hint comes. */
const rechecksPerSecond = 100;

/**
 * How long one more request of a mail sensor may be held, with `held` of its `max` held already: as long as it asks for
 * while half of them are free, from there on shorter, down to nothing when all are taken. A sensor asks again at once,
 * so under pressure its mails take turns instead of being refused.
 */
export function holdTimeMs(waitMs: number, { held, max }: { held: number; max: number }): number {
  const free = Math.max(0, 1 - held / max);
  return Math.floor(waitMs * Math.min(1, free * 2));
}

/** A lost hint costs one that waits alone `recheckMs`; a thousand take turns, so that they don't become a load. */
export const recheckAfterMs = ({ recheckMs }: HoldLimits, held: number): number =>
  Math.max(recheckMs, (held * 1000) / rechecksPerSecond);
