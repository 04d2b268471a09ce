import type { Release } from '@sluice/console-api';
import { formatSpan, formatTime } from '../texts/formats.js';

/** Of one that waits. */
export function describeNext({ nextAttemptAt }: Pick<Release, 'nextAttemptAt'>, nowMs: number): string {
  if (nextAttemptAt === null) return 'Being sent now.';
  const seconds = (Date.parse(nextAttemptAt) - nowMs) / 1000;
  return seconds <= 5
    ? 'Next attempt within seconds.'
    : `Next attempt in ${formatSpan(seconds)}, ${formatTime(nextAttemptAt)}.`;
}
