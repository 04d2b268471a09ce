import { crc32 } from 'node:zlib';

/** Null: no such stream stands there, as far as its heads say. Else where it ends; the end of the bytes, if it does not say. */
export type StreamEnd = (bytes: Buffer, start: number) => number | null;

const xzFooterBytes = 12;

/** Its head has a checksum, and so has its footer, which nothing else has. */
export function xzEnd(bytes: Buffer, start: number): number | null {
  if (start + 2 * xzFooterBytes > bytes.length) return null;
  if (bytes.readUInt32LE(start + 8) !== crc32(bytes.subarray(start + 6, start + 8))) return null;
  for (let at = bytes.indexOf('YZ', start + 22); at >= 0; at = bytes.indexOf('YZ', at + 2)) {
    const footer = at + 2 - xzFooterBytes;
    if (bytes.readUInt32LE(footer) === crc32(bytes.subarray(footer + 4, footer + 10))) return at + 2;
  }
  return bytes.length;
}

const zstdDictionaryBytes = [0, 1, 2, 4];
const zstdSizeBytes = [0, 2, 4, 8];

/** Its frame's head, then block for block (RFC 8878, 3.1.1). */
export function zstdEnd(bytes: Buffer, start: number): number | null {
  const descriptor = bytes[start + 4] ?? 0xff;
  const isSingle = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x18) !== 0) return null;
  const sizeBytes = zstdSizeBytes[descriptor >> 6] ?? 0;
  let at = start + 5 + (isSingle ? 0 : 1) + (zstdDictionaryBytes[descriptor & 3] ?? 0);
  at += sizeBytes === 0 && isSingle ? 1 : sizeBytes;
  for (let isLast = false; !isLast;) {
    if (at + 3 > bytes.length) return null;
    const head = bytes.readUIntLE(at, 3);
    const kind = (head >> 1) & 3;
    if (kind === 3) return null;
    isLast = (head & 1) === 1;
    at += 3 + (kind === 1 ? 1 : head >> 3);
  }
  at += (descriptor & 4) === 0 ? 0 : 4;
  return at <= bytes.length ? at : null;
}

const lz4Mark = 0x184d2204;

/** Its head, then blocks of the largest size it says, up to an empty one. */
export function lz4End(bytes: Buffer, start: number): number | null {
  const [flags, sizes] = [bytes[start + 4] ?? 0, bytes[start + 5] ?? 0xff];
  if (flags >> 6 !== 1 || (flags & 2) !== 0 || (sizes & 0x8f) !== 0 || sizes >> 4 < 4) return null;
  const largest = 1 << (8 + 2 * (sizes >> 4));
  let at = start + 7 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4);
  for (;;) {
    if (at + 4 > bytes.length) return null;
    const length = bytes.readUInt32LE(at) & 0x7fffffff;
    at += 4;
    if (length === 0) return at + ((flags & 4) === 0 ? 0 : 4);
    if (length > largest || length === lz4Mark) return null;
    at += length + ((flags & 16) === 0 ? 0 : 4);
  }
}

const lzipLeastBytes = 36;
const lzipMostLooks = 65_536;

/** The last eight bytes of a member say how long it is. */
export function lzipEnd(bytes: Buffer, start: number): number | null {
  const power = (bytes[start + 5] ?? 0) & 0x1f;
  if (power < 12 || power > 29) return null;
  const most = Math.min(bytes.length, start + lzipMostLooks);
  for (let end = start + lzipLeastBytes; end <= most; end += 1)
    if (bytes.readUInt32LE(end - 8) === end - start && bytes.readUInt32LE(end - 4) === 0) return end;
  return bytes.length;
}

const [lzhLeast, lzhLevelAt, lzhPackedAt] = [21, 20, 7];

/** A file's header and data, one behind the other, up to a zero in place of a header. 7-Zip counts a header's length for it. */
export function lzhEnd(bytes: Buffer, start: number): number | null {
  let at = start;
  while (at + lzhLeast <= bytes.length && bytes[at] !== 0) {
    if (!/^-[a-z\d]{3}-$/.test(bytes.toString('latin1', at + 2, at + 7))) return null;
    const level = bytes[at + lzhLevelAt] ?? 0;
    const headerBytes = level === 2 ? bytes.readUInt16LE(at) : 2 + (bytes[at] ?? 0);
    at += headerBytes + bytes.readUInt32LE(at + lzhPackedAt);
  }
  return bytes[at] === 0 ? at + 1 : null;
}

const bzip2Foot = 0x177245385090n;

/** Its foot stands at any bit, and a checksum of four bytes behind it. */
export function bzip2End(bytes: Buffer, start: number): number | null {
  const digit = bytes[start + 3] ?? 0;
  if (digit < 0x31 || digit > 0x39) return null;
  const ends: number[] = [];
  for (let shift = 0; shift < 8; shift += 1) {
    const word = Buffer.alloc(8);
    word.writeBigUInt64BE(bzip2Foot << BigInt(16 - shift));
    // Of the first and the last byte only some bits are its own.
    const core = word.subarray(1, shift === 0 ? 6 : 6);
    for (let at = bytes.indexOf(core, start + 5); at >= 0; at = bytes.indexOf(core, at + 1)) {
      const first = ((bytes[at - 1] ?? 0) & (0xff >> shift)) === word[0];
      const last = ((bytes[at + 5] ?? 0) & (0xff00 >> shift) & 0xff) === word[6];
      if (!first || (shift > 0 && !last)) continue;
      ends.push(at - 1 + Math.ceil((48 + 32 + shift) / 8));
      break;
    }
  }
  return Math.min(bytes.length, ...ends);
}

const maxStreams = 10_000;

/** Streams may stand one behind the other: the end of the last one of them. */
export const behindLast =
  (endOf: StreamEnd, magic: string): StreamEnd =>
  (bytes, start) => {
    let end: number | null = start;
    for (let count = 0; end !== null && count < maxStreams; count += 1) {
      const next: number | null = endOf(bytes, end);
      if (next === null || next === bytes.length) return null;
      end = next;
      // xz allows zeros between them.
      while (bytes[end] === 0) end += 1;
      if (bytes.toString('latin1', end, end + magic.length) !== magic) return end;
    }
    return null;
  };
