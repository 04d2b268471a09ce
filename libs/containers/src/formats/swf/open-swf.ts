import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { givePart } from '../give-part.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';

/** `FWS`, a version, the film's length. */
const headerBytes = 8;
/** Rates and counts behind the frame's rectangle. */
const frameBytes = 4;
/** DefineBinaryData (SWF File Format Specification 19): a number, four zeros, then any file. */
const binaryData = 87;
const endOfFilm = 0;

/** The film unpacked, what is in it without its header, and the files it embeds. */
export async function* openSwf(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  for await (const item of openWithSevenZip(bytes, context, { type: 'SWFc', label: 'film' })) {
    yield item;
    if (item.kind !== 'part' || item.role !== undefined) continue;
    yield* givePart('body of the film', item.bytes.subarray(headerBytes), context.budget);
    yield* embeddedFiles(item.bytes, context);
  }
}

function* embeddedFiles(film: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  // The rectangle says in its first five bits how many bits each of its four numbers has.
  const rectangleBytes = Math.ceil((5 + 4 * ((film[headerBytes] ?? 0) >>> 3)) / 8);
  let at = headerBytes + rectangleBytes + frameBytes;
  for (let count = 1; at + 2 <= film.length;) {
    const head = film.readUInt16LE(at);
    const isLong = (head & 0x3f) === 0x3f;
    if (head >>> 6 === endOfFilm || (isLong && at + 6 > film.length)) return;
    const start = at + (isLong ? 6 : 2);
    const end = start + (isLong ? film.readUInt32LE(at + 2) : head & 0x3f);
    budget.checkTime();
    if (head >>> 6 === binaryData) {
      yield* givePart(`embedded file ${count}`, film.subarray(start + 6, end), budget);
      count += 1;
    }
    at = end;
  }
}
