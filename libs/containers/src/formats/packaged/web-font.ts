import type { PackagedFile } from './packaged-file.js';

const headBytes = 48;
const anyTag = 63;
const glyphTables = new Set([10, 11]);

/** All tables of a font for the Web (WOFF 2.0), which are packed as one, and what it holds besides. */
export function packedFont(bytes: Buffer): PackagedFile[] {
  if (bytes.length < headBytes) return [];
  const [count, packedBytes] = [bytes.readUInt16BE(12), bytes.readUInt32BE(20)];
  let at = headBytes;
  for (let table = 0; table < count && at < bytes.length; table += 1) {
    const flags = bytes[at] ?? 0;
    const tag = flags & 63;
    at = behindNumber(bytes, at + (tag === anyTag ? 5 : 1));
    // The outlines are transformed unless it says not, all others where it says so.
    const isTransformed = glyphTables.has(tag) ? flags >> 6 !== 3 : flags >> 6 !== 0;
    if (isTransformed) at = behindNumber(bytes, at);
  }
  const [metaAt, metaBytes, , ownAt, ownBytes] = [28, 32, 36, 40, 44].map((place) =>
    bytes.readUInt32BE(place),
  ) as [number, number, number, number, number];
  const found: PackagedFile[] = [
    { name: 'tables', bytes: bytes.subarray(at, at + packedBytes), packing: 'brotli' },
  ];
  if (metaBytes > 0)
    found.push({ name: 'metadata', bytes: bytes.subarray(metaAt, metaAt + metaBytes), packing: 'brotli' });
  if (ownBytes > 0) found.push({ name: 'private data', bytes: bytes.subarray(ownAt, ownAt + ownBytes) });
  return found;
}

/** Seven bits a byte. */
function behindNumber(bytes: Buffer, start: number): number {
  let at = start;
  while (at < start + 5 && (bytes[at] ?? 0) > 127) at += 1;
  return at + 1;
}

export const isFontCutOff = (bytes: Buffer): boolean =>
  bytes.length < headBytes || bytes.readUInt32BE(8) > bytes.length;
