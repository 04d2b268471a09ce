import type { OpenedItem } from '../opened-item.js';
import type { ContainerBudget } from '../walk-limits.js';

/** Less is no file, and padding and lengths are everywhere. */
export const leastRemains = 24;
const maxRemains = 16;

/**
 * Bytes of a container that belong to nothing it lists: something else may stand there (an archive behind an archive).
 * What stands before the first of them is the container's own place: others look at it there.
 */
export function* giveRemains(
  bytes: Buffer,
  gaps: Iterable<readonly [start: number, end: number]>,
  budget: ContainerBudget,
): Generator<OpenedItem> {
  const rest: Buffer[] = [];
  let count = 0;
  for (const [start, end] of gaps) {
    const remains = withoutPadding(bytes.subarray(start, end));
    if (start === 0 || remains.length < leastRemains) continue;
    count += 1;
    if (count < maxRemains) yield* give(`bytes from ${start}`, remains, budget);
    else rest.push(remains);
  }
  if (rest.length > 0) yield* give('other bytes', Buffer.concat(rest), budget);
}

function* give(label: string, bytes: Buffer, budget: ContainerBudget): Generator<OpenedItem> {
  budget.takePart();
  budget.takeView(bytes);
  yield { kind: 'part', label, bytes, isRest: true };
}

/** Longer runs of zeros in front may belong to what follows: the first 32 KiB of an ISO image are empty. */
const longestPadding = 4096;

/**
 * Without zeros and line ends in front; nothing, if there is nothing else. At the end they may be the last field of
 * what stands there.
 */
export function withoutPadding(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && isPadding(bytes[start])) start += 1;
  return bytes.subarray(start > longestPadding && start < bytes.length ? 0 : start);
}

const isPadding = (byte: number | undefined): boolean => byte === 0 || byte === 0x0a || byte === 0x0d;
