import { fileMarks } from './file-marks.js';
import { beginning, isSureWithin } from './script-marks.js';
import { type TextBlob, base64, decoded, runEnd, tableOf } from './text-blobs.js';

const hexDigits = tableOf('0123456789abcdefABCDEF');
const shortestPiece = 32;
/** Words of the text between are shorter. */
const shortestFollowing = 16;
const longestGlue = 120;
const padding = 0x3d;

/**
 * A file in base64 or hexadecimal that is cut into pieces of one kind: lines that `echo` writes, cells, list items, quoted lines. What
 * stands between two pieces is the same each time, but for digits. Null: no second piece follows.
 */
export function gluedAt(
  bytes: Buffer,
  start: number,
  table: Uint8Array,
): { pieces: Buffer[]; end: number } | null {
  const firstEnd = runEnd(bytes, start, table);
  if (firstEnd - start < shortestPiece) return null;
  const second = nextPiece(bytes, firstEnd, table);
  if (second === null || second - firstEnd < 2) return null;
  const glue = bare(bytes, firstEnd, second);
  if (/^\s*$/.test(glue)) return null;
  const pieces = [bytes.subarray(start, firstEnd)];
  let end = firstEnd;
  for (let next: number | null = second; next !== null && bare(bytes, end, next) === glue;) {
    const pieceEnd = runEnd(bytes, next, table);
    pieces.push(bytes.subarray(next, pieceEnd));
    end = pieceEnd;
    if (bytes[end] === padding) break;
    const length = second - firstEnd;
    next = nextPiece(bytes, end, table) ?? null;
    // The last piece is as short as it comes.
    for (let extra = -3; extra <= 3 && (next === null || bare(bytes, end, next) !== glue); extra += 1)
      if (table[bytes[end + length + extra] ?? 0] === 1 && bare(bytes, end, end + length + extra) === glue)
        next = end + length + extra;
  }
  return pieces.length < 2 ? null : { pieces, end };
}

function nextPiece(bytes: Buffer, end: number, table: Uint8Array): number | null {
  for (let at = end + 1; at <= end + longestGlue && at < bytes.length; at += 1) {
    if (table[bytes[at] as number] !== 1) continue;
    const runStop = runEnd(bytes, at, table);
    if (runStop - at >= shortestFollowing) return at;
    at = runStop;
  }
  return null;
}

const bare = (bytes: Buffer, from: number, to: number): string =>
  bytes
    .toString('latin1', from, Math.min(to, from + longestGlue + 1))
    .replace(/\d+/g, '#')
    .replace('>>', '>');

export function* gluedFiles(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const mark of fileMarks)
    for (let at = bytes.indexOf(mark); at >= 0;) {
      checkTime();
      const found = base64[bytes[at - 1] ?? 0] === 1 ? null : gluedAt(bytes, at, base64);
      if (found !== null)
        yield { label: 'file in pieces', bytes: decoded(Buffer.concat(found.pieces)), isExcerpt: true };
      at = bytes.indexOf(mark, found?.end ?? at + mark.length);
    }
  const text = bytes.toString('latin1');
  const places = new RegExp(beginning, 'gi');
  for (let match = places.exec(text); match !== null; match = places.exec(text)) {
    checkTime();
    const found =
      hexDigits[bytes[match.index - 1] ?? 0] === 1 && !isSureWithin(match[0])
        ? null
        : gluedAt(bytes, match.index, hexDigits);
    if (found === null) continue;
    const digits = Buffer.concat(found.pieces).toString('latin1');
    yield { label: 'file in pieces', bytes: Buffer.from(digits, 'hex'), isExcerpt: true };
    places.lastIndex = found.end;
  }
}
