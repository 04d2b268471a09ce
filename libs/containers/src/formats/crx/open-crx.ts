import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';

/** The zip behind the signature: version 3 says its length in one word, version 2 in two. */
export function* openCrx(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const words = bytes[4] === 3 ? 1 : 2;
  const headerEnd = 8 + 4 * words;
  let start = headerEnd;
  for (let word = 0; word < words; word += 1)
    start += headerEnd <= bytes.length ? bytes.readUInt32LE(8 + 4 * word) : 0;
  if (start >= bytes.length) return yield damaged('its package is missing');
  yield* givePart('package', bytes.subarray(start), budget);
}
