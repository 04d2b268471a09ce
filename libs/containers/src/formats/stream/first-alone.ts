import type { OpenContainer } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import type { OpenedItem } from '../../opened-item.js';
import type { StreamEnd } from '../embedded/stream-ends.js';
import { isArchiveHead } from './content-charge.js';

/**
 * Of streams that stand one behind the other most readers make one content, and some (Java's and .NET's libraries, Python's
 * for Zstandard) take no more than the first: that one is given, too. It may be the beginning of anything.
 */
export const firstAlone = (open: OpenContainer, endOf: StreamEnd, magic: string): OpenContainer =>
  async function* (bytes, context) {
    yield* open(bytes, context);
    const end = endOf(bytes, 0);
    if (end === null || !isFollowed(bytes, end, magic)) return;
    for await (const item of open(bytes.subarray(0, end), context)) yield* asBeginning(item);
  };

/** Of an archive the whole shows what its beginning would. */
function* asBeginning(item: OpenedItem): Generator<OpenedItem> {
  if (item.kind !== 'part') yield item;
  else if (!isArchiveHead(item.bytes)) yield { ...item, isExcerpt: true, isBeginning: true };
}

/** xz allows zeros between them. */
function isFollowed(bytes: Buffer, end: number, magic: string): boolean {
  let next = end;
  while (bytes[next] === 0) next += 1;
  return hasAt(bytes, next, magic);
}
