/** `FWS`, a version, the film's length. */
export const filmHeaderBytes = 8;
/** Rates and counts behind the frame's rectangle. */
const frameBytes = 4;
/** DefineBinaryData (SWF File Format Specification 19): a number, four zeros, then any file. */
const binaryData = 87;
const endOfFilm = 0;

/** The files that a film embeds, which is not packed, or no more. */
export function filmData(film: Buffer): Buffer[] {
  // The rectangle says in its first five bits how many bits each of its four numbers has.
  const rectangleBytes = Math.ceil((5 + 4 * ((film[filmHeaderBytes] ?? 0) >>> 3)) / 8);
  const found: Buffer[] = [];
  for (let at = filmHeaderBytes + rectangleBytes + frameBytes; at + 2 <= film.length;) {
    const head = film.readUInt16LE(at);
    const isLong = (head & 0x3f) === 0x3f;
    if (head >>> 6 === endOfFilm || (isLong && at + 6 > film.length)) break;
    const start = at + (isLong ? 6 : 2);
    const end = start + (isLong ? film.readUInt32LE(at + 2) : head & 0x3f);
    if (head >>> 6 === binaryData && end > start + 6) found.push(film.subarray(start + 6, end));
    at = end;
  }
  return found;
}
