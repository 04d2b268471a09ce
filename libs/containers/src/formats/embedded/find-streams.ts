import { type StreamEnd, bzip2End, lz4End, lzipEnd, xzEnd, zstdEnd } from './stream-ends.js';

export interface FoundStream {
  readonly start: number;
  readonly kind: 'gzip' | 'zlib' | 'deflate' | 'packed';
  /** Of what is packed: where it ends. */
  readonly end: number;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const packed: readonly (readonly [magic: Buffer, end: StreamEnd])[] = [
  [latin1('\xfd7zXZ\0'), xzEnd],
  [latin1('\x28\xb5\x2f\xfd'), zstdEnd],
  [latin1('BZh'), whereBlock],
  [latin1('\x04\x22\x4d\x18'), lz4End],
  [latin1('LZIP\x01'), lzipEnd],
];
const bzip2Block = latin1('1AY&SY');
function whereBlock(bytes: Buffer, start: number): number | null {
  return bytes.subarray(start + 4, start + 10).equals(bzip2Block) ? bzip2End(bytes, start) : null;
}
const gzipMagic = latin1('\x1f\x8b\x08');
const zlibFirst = 0x78;
const zlibSecond = new Set([0x01, 0x5e, 0x9c, 0xda]);
const reservedFlags = 0xe0;
/** Pixels are no content to a rule, and most of a picture. */
const pixels = new Set(['IDAT', 'fdAT']);
/** More than anything but an attack has. */
const maxFound = 1000;

/** Packed streams that stand somewhere in it, in order; what they hold is not looked at here. */
export function findStreams(bytes: Buffer, from = 0): FoundStream[] {
  const found: FoundStream[] = [];
  for (
    let at = bytes.indexOf(gzipMagic, from);
    at >= 0 && found.length < maxFound;
    at = bytes.indexOf(gzipMagic, at + 3)
  )
    if (((bytes[at + 3] ?? 0xff) & reservedFlags) === 0)
      found.push({ start: at, kind: 'gzip', end: bytes.length });
  for (const [magic, endOf] of packed)
    for (let at = bytes.indexOf(magic, from), looks = 0; at >= 0 && looks < maxFound; looks += 1) {
      const end = endOf(bytes, at);
      if (end !== null) found.push({ start: at, kind: 'packed', end });
      at = bytes.indexOf(magic, Math.max(at + magic.length, end ?? 0));
    }
  let zlibs = 0;
  for (
    let at = bytes.indexOf(zlibFirst, from);
    at >= 0 && zlibs < maxFound;
    at = bytes.indexOf(zlibFirst, at + 1)
  ) {
    if (!zlibSecond.has(bytes[at + 1] ?? 0) || !isBlock(bytes, at + 2)) continue;
    if (pixels.has(bytes.toString('latin1', Math.max(0, at - 4), at))) continue;
    zlibs += 1;
    found.push({ start: at, kind: 'zlib', end: bytes.length });
  }
  return found.sort((one, other) => one.start - other.start);
}

/** Deflate's first block, as far as its first bytes tell: what is stored says its length twice. */
function isBlock(bytes: Buffer, at: number): boolean {
  if (at + 5 > bytes.length) return false;
  const kind = ((bytes[at] ?? 0) >> 1) & 3;
  if (kind === 3) return false;
  if (kind === 0) return (bytes.readUInt16LE(at + 1) ^ bytes.readUInt16LE(at + 3)) === 0xffff;
  return kind === 1 ? isFixedText(bytes, at) : isCompleteCode(bytes, at);
}

const symbolsLookedAt = 40;
const [endOfBlock, firstLength, firstUnused, firstUnusedDistance] = [256, 257, 286, 30];
/** Extra bits of lengths and distances (RFC 1951, 3.2.5). */
const lengthBits = (symbol: number): number =>
  symbol < 265 || symbol === 285 ? 0 : Math.floor((symbol - 261) / 4);
const distanceBits = (symbol: number): number => (symbol < 4 ? 0 : Math.floor(symbol / 2) - 1);

/** The fixed code (RFC 1951, 3.2.6) has gaps, and none of its distances goes before the beginning: noise fails soon. */
function isFixedText(bytes: Buffer, at: number): boolean {
  let place = 3;
  const bit = (): number => {
    const value = ((bytes[at + (place >> 3)] ?? 0) >> (place & 7)) & 1;
    place += 1;
    return value;
  };
  const code = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + bit();
    return value;
  };
  let written = 0;
  for (let count = 0; count < symbolsLookedAt && at + (place >> 3) < bytes.length; count += 1) {
    const symbol = fixedSymbol(code);
    if (symbol === endOfBlock) return true;
    if (symbol < endOfBlock) {
      written += 1;
      continue;
    }
    if (symbol >= firstUnused) return false;
    place += lengthBits(symbol);
    const distance = code(5);
    if (distance >= firstUnusedDistance) return false;
    const nearest = distance < 4 ? distance + 1 : (2 + (distance & 1)) * 2 ** distanceBits(distance) + 1;
    if (nearest > written) return false;
    place += distanceBits(distance);
    written += symbol - firstLength + 3;
  }
  return true;
}

function fixedSymbol(code: (bits: number) => number): number {
  const seven = code(7);
  if (seven < 24) return 256 + seven;
  const eight = seven * 2 + code(1);
  if (eight < 192) return eight - 48;
  if (eight < 200) return 280 + eight - 192;
  return 144 + eight * 2 + code(1) - 400;
}

/** The order in which lengths of lengths stand (RFC 1951, 3.2.7) does not matter here: only whether they fill a code. */
function isCompleteCode(bytes: Buffer, at: number): boolean {
  const bits = (first: number, count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) {
      const place = first + bit;
      value |= (((bytes[at + (place >> 3)] ?? 0) >> (place & 7)) & 1) << bit;
    }
    return value;
  };
  if (bits(3, 5) > 29 || bits(8, 5) > 29) return false;
  let sum = 0;
  for (let index = 0, count = bits(13, 4) + 4; index < count; index += 1) {
    const length = bits(17 + index * 3, 3);
    if (length > 0) sum += 128 >> length;
  }
  return sum === 128;
}

/** Longer ones of one fixed block would not be packed so. */
const mostOfFixed = 1024;
const leastBare = 20;

/** A bare deflate stream has no mark: its first block is all that tells. */
export function looksDeflated(bytes: Buffer): boolean {
  if (bytes.length < leastBare) return false;
  const first = bytes[0] ?? 0;
  const kind = (first >> 1) & 3;
  if (kind === 0) return isBlock(bytes, 0);
  if (kind === 1) return (first & 1) === 1 && bytes.length <= mostOfFixed && isFixedText(bytes, 0);
  return kind === 2 && isCompleteCode(bytes, 0);
}
