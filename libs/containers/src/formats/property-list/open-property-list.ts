import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { DocumentStreams } from '../document-streams.js';
import { damaged } from '../give-part.js';

const trailerBytes = 32;
const data = 4;
const longLength = 0x0f;
const integer = 1;
/** Of an integer no more of them count, however many there are. */
const countingBytes = 8;
/** Less is a hash or a key. */
const leastBytes = 40;

/** Every value of bytes in it (CFBinaryPList.c): each is a file, as far as anyone knows. */
export function* openPropertyList(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const streams = new DocumentStreams(budget);
  const table = tableOf(bytes);
  if (table === null) return yield damaged('its table of objects is missing');
  let count = 0;
  let isCut = false;
  for (let index = 0; index < table.count; index += 1) {
    budget.checkTime();
    const span = dataAt(bytes, numberAt(bytes, table.start + index * table.size, table.size));
    if (span === null) continue;
    isCut ||= span.end > bytes.length;
    const value = bytes.subarray(span.start, span.end);
    if (value.length < leastBytes) continue;
    count += 1;
    yield* streams.file(`data ${count}`, value);
  }
  if (isCut) yield damaged('a value is longer than the list');
  yield* streams.finish();
  if (count === 0) yield { kind: 'empty' };
}

function tableOf(bytes: Buffer): { start: number; count: number; size: number } | null {
  const trailer = bytes.subarray(-trailerBytes);
  if (trailer.length < trailerBytes) return null;
  const [size, count, start] = [trailer[6] ?? 0, numberAt(trailer, 8, 8), numberAt(trailer, 24, 8)];
  return size < 1 || start + count * size > bytes.length ? null : { start, count, size };
}

const numberAt = (bytes: Buffer, at: number, size: number): number =>
  Number(`0x0${bytes.toString('hex', at + Math.max(0, size - countingBytes), at + size)}`);

/** Null: another kind of value. */
function dataAt(bytes: Buffer, at: number): { start: number; end: number } | null {
  const marker = bytes[at] ?? 0;
  if (marker >> 4 !== data) return null;
  const short = marker & 0x0f;
  if (short !== longLength) return { start: at + 1, end: at + 1 + short };
  const length = bytes[at + 1] ?? 0;
  const size = 1 << (length & 0x0f);
  const start = at + 2 + size;
  // Of a length that is none, or is cut itself, no one knows how much follows.
  const isLength = length >> 4 === integer && start <= bytes.length;
  return { start, end: isLength ? start + numberAt(bytes, at + 2, size) : Infinity };
}
