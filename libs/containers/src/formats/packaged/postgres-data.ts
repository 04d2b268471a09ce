import { type PackagedFile, mostPackaged } from './packaged-file.js';

/** A block of data, its number as a sign and four bytes, then pieces, each with its length. */
const [dataBlock, numberBytes] = [1, 5];
const zlibFirst = 0x78;
const largestPiece = 1024 ** 2;

/** Of a dump of PostgreSQL in its own form: each table's rows, packed, in pieces. */
export function postgresData(bytes: Buffer): PackagedFile[] {
  const found: PackagedFile[] = [];
  for (let at = bytes.indexOf(zlibFirst, 12); at >= 0 && found.length < mostPackaged;) {
    const block = at - 2 * numberBytes - 1;
    const { pieces, next } =
      bytes[block] === dataBlock ? piecesFrom(bytes, at - numberBytes) : { pieces: [], next: at };
    if (pieces.length > 0)
      found.push({ name: `rows ${found.length + 1}`, bytes: Buffer.concat(pieces), packing: 'zlib' });
    at = bytes.indexOf(zlibFirst, Math.max(at + 1, next));
  }
  return found;
}

/** Up to an empty one. */
function piecesFrom(bytes: Buffer, start: number): { pieces: Buffer[]; next: number } {
  const pieces: Buffer[] = [];
  let at = start;
  while (at + numberBytes <= bytes.length && bytes[at] === 0) {
    const length = bytes.readUInt32LE(at + 1);
    if (length === 0 || length > largestPiece) break;
    pieces.push(bytes.subarray(at + numberBytes, at + numberBytes + length));
    at += numberBytes + length;
  }
  return { pieces, next: at };
}
