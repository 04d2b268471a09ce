import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { damaged } from '../give-part.js';

const trailerBytes = 32;
const maxObjects = 1_000_000;
const data = 4;
const longLength = 0x0f;
/** Less is a hash or a key. */
const leastBytes = 40;

/** Every value of bytes in it (CFBinaryPList.c): each is a file, as far as anyone knows. */
export function* openPropertyList(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const streams = new DocumentStreams(budget);
  const offsets = offsetsOf(bytes);
  if (offsets === null) return yield damaged('its table of objects is missing');
  let count = 0;
  for (const at of offsets) {
    budget.checkTime();
    const value = dataAt(bytes, at);
    if (value === null || value.length < leastBytes) continue;
    count += 1;
    yield* streams.file(`data ${count}`, value);
  }
  yield* streams.finish();
  if (count === 0) yield { kind: 'empty' };
}

function offsetsOf(bytes: Buffer): number[] | null {
  const trailer = bytes.subarray(-trailerBytes);
  if (trailer.length < trailerBytes) return null;
  const [size, count, table] = [
    trailer[6] ?? 0,
    Number(trailer.readBigUInt64BE(8)),
    Number(trailer.readBigUInt64BE(24)),
  ];
  if (size < 1 || size > 6 || count > maxObjects || table + count * size > bytes.length) return null;
  return Array.from({ length: count }, (_, index) => bytes.readUIntBE(table + index * size, size));
}

/** Null: another kind of value. */
function dataAt(bytes: Buffer, at: number): Buffer | null {
  const marker = bytes[at] ?? 0;
  if (marker >> 4 !== data) return null;
  const short = marker & 0x0f;
  if (short !== longLength) return bytes.subarray(at + 1, at + 1 + short);
  const size = 1 << ((bytes[at + 1] ?? 0) & 0x07);
  if (size > 4 || at + 2 + size > bytes.length) return null;
  const start = at + 2 + size;
  return bytes.subarray(start, start + bytes.readUIntBE(at + 2, size));
}
