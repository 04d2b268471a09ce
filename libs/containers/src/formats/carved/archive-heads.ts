import { crc32 } from 'node:zlib';
import type { Carved } from './find-carved.js';

const [startBytes, newestVersion] = [32, 4];

/** The start header has a checksum and says where the archive ends (7zFormat.txt), or is all zeros: 7-Zip finds its end then. */
export function sevenZip(bytes: Buffer, start: number): Carved | null {
  if (start + startBytes > bytes.length) return null;
  const version = bytes[start + 7] ?? 0;
  const isBlank = bytes.subarray(start + 8, start + startBytes).every((byte) => byte === 0);
  if (isBlank)
    return version >= 2 && version <= newestVersion && bytes[start + 6] === 0 ? toEnd(start) : null;
  const isRight = bytes.readUInt32LE(start + 8) === crc32(bytes.subarray(start + 12, start + startBytes));
  if (!isRight) return null;
  const end =
    start + startBytes + Number(bytes.readBigUInt64LE(start + 12) + bytes.readBigUInt64LE(start + 20));
  return { start, end: end <= bytes.length ? end : null };
}

const toEnd = (start: number): Carved => ({ start, end: null });

const [mainOfRar4, firstOfRar4, lastOfRar4] = [0x73, 0x72, 0x7b];
/** With a name of a thousand characters. */
const [leastRar4, longestRar4] = [7, 8192];

/**
 * The main header follows, with its checksum; where that is wrong, which WinRAR says and goes on, another block stands right
 * behind it.
 */
export function rar4(bytes: Buffer, start: number): Carved | null {
  const at = start + 7;
  if (at + 13 > bytes.length || bytes[at + 2] !== mainOfRar4) return null;
  const headerBytes = bytes.readUInt16LE(at + 5);
  if (headerBytes < 13) return null;
  const isRight = bytes.readUInt16LE(at) === (crc32(bytes.subarray(at + 2, at + headerBytes)) & 0xffff);
  return isRight || isBlockOfRar4(bytes, at + headerBytes) ? toEnd(start) : null;
}

function isBlockOfRar4(bytes: Buffer, at: number): boolean {
  if (at + leastRar4 > bytes.length) return false;
  const [kind, size] = [bytes[at + 2] ?? 0, bytes.readUInt16LE(at + 5)];
  const isSize = size >= leastRar4 && size <= longestRar4 && at + size <= bytes.length;
  return kind > firstOfRar4 && kind <= lastOfRar4 && isSize;
}

const [mainOfRar5, encryptionOfRar5, lastOfRar5] = [1, 4, 5];
/** Of those that are looked at: most have thirty. */
const longestRar5 = 4096;

/** Its first header: a checksum, a size in seven-bit groups, so many bytes; the same of a wrong checksum as before. */
export function rar5(bytes: Buffer, start: number): Carved | null {
  const at = start + 8;
  const head = headOfRar5(bytes, at);
  if (head === null || (head.kind !== mainOfRar5 && head.kind !== encryptionOfRar5)) return null;
  const isRight = bytes.readUInt32LE(at) === crc32(bytes.subarray(at + 4, head.end));
  const next = isRight ? null : headOfRar5(bytes, head.end);
  const isOne = isRight || (next !== null && next.kind > mainOfRar5 && next.kind <= lastOfRar5);
  return isOne ? toEnd(start) : null;
}

/** Null: no header that ends within the bytes. */
function headOfRar5(bytes: Buffer, at: number): { kind: number; end: number } | null {
  let size = 0;
  let place = at + 4;
  for (let shift = 0; shift <= 14; shift += 7, place += 1) {
    const byte = bytes[place] ?? 0;
    size += (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const end = place + 1 + size;
  if (size === 0 || size > longestRar5 || end > bytes.length) return null;
  return { kind: bytes[place + 1] ?? 0, end };
}
