import { unpackBrotli } from '../../decoders/brotli.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { type PdfDictionary, type PdfValue, isDictionary, nameOf } from './pdf-values.js';

export interface Decoded {
  readonly bytes: Buffer;
  /** A filter could not be undone; `bytes` is what stood before it. */
  readonly isBroken: boolean;
  /** A filter is left on it that is one of pictures, or that no one knows. */
  readonly isOpaque?: boolean;
}

const maxFilters = 64;
/** Steps of bytes or words between two looks at the clock. */
const stepsPerLook = 65_536;
const listOf = (value: PdfValue | undefined): readonly PdfValue[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** What a reference stands for. */
export type Resolve = (value: PdfValue | undefined) => PdfValue | undefined;

/** ISO 32000-2 §7.4. Pictures' own filters (DCT, JPX, CCITT, JBIG2) end it: their bytes are the picture's. */
export function undoFilters(
  data: Buffer,
  dictionary: PdfDictionary,
  { budget, resolve }: { budget: ContainerBudget; resolve: Resolve },
): Decoded {
  const filters = listOf(resolve(dictionary.get('Filter') ?? dictionary.get('F')));
  const parameters = listOf(resolve(dictionary.get('DecodeParms') ?? dictionary.get('DP')));
  let bytes = data;
  for (const [at, filter] of filters.slice(0, maxFilters).entries()) {
    const given = resolve(parameters[at]);
    const own = new Parameters(isDictionary(given) ? given : new Map(), resolve);
    const undone = undo(nameOf(resolve(filter)) ?? '', bytes, { budget, own });
    if (undone === 'opaque') return { bytes, isBroken: false, isOpaque: true };
    if (undone === null) return { bytes, isBroken: true };
    bytes = unpredicted(undone, own, () => budget.checkTime());
  }
  return { bytes, isBroken: filters.length > maxFilters };
}

/** The crypt filter that a stream names itself (§7.4.10), which may be `Identity`; undefined: it names none. */
export function ownCryptFilter(dictionary: PdfDictionary, resolve: Resolve): string | undefined {
  const filters = listOf(resolve(dictionary.get('Filter') ?? dictionary.get('F')));
  const at = filters.slice(0, maxFilters).findIndex((filter) => nameOf(resolve(filter)) === 'Crypt');
  if (at < 0) return undefined;
  const given = resolve(listOf(resolve(dictionary.get('DecodeParms') ?? dictionary.get('DP')))[at]);
  return (isDictionary(given) ? nameOf(resolve(given.get('Name'))) : null) ?? 'Identity';
}

class Parameters {
  constructor(
    private readonly values: PdfDictionary,
    private readonly resolve: Resolve,
  ) {}

  number(key: string, otherwise: number): number {
    const value = this.resolve(this.values.get(key));
    return typeof value === 'number' && value >= 0 ? value : otherwise;
  }
}

function undo(
  name: string,
  bytes: Buffer,
  { budget, own }: { budget: ContainerBudget; own: Parameters },
): Buffer | null | 'opaque' {
  switch (name) {
    case 'FlateDecode':
    case 'Fl':
      return inflated(bytes, budget);
    case 'ASCIIHexDecode':
    case 'AHx':
      return asciiHex(bytes);
    case 'ASCII85Decode':
    case 'A85':
      return ascii85(bytes);
    case 'LZWDecode':
    case 'LZW':
      return lzw(bytes, { maxBytes: budget.largestPartBytes, early: own.number('EarlyChange', 1) });
    case 'RunLengthDecode':
    case 'RL':
      return runLength(bytes, budget.largestPartBytes);
    case 'BrotliDecode':
      return unpackBrotli(bytes, budget);
    case 'Crypt':
      return bytes;
    default:
      return 'opaque';
  }
}

/** A wrong checksum, and blanks in front, are no matter to readers. */
function inflated(bytes: Buffer, budget: ContainerBudget): Buffer | null {
  if (bytes.length === 0) return bytes;
  let start = 0;
  while (start < 4 && (bytes[start] === 0x0a || bytes[start] === 0x0d)) start += 1;
  return (
    inflateWithin(bytes.subarray(start), budget) ?? inflateWithin(bytes.subarray(start + 2), budget, 'raw')
  );
}

function asciiHex(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0x3e);
  const digits = bytes.toString('latin1', 0, end < 0 ? bytes.length : end).replace(/[^0-9a-f]/gi, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}

function ascii85(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length * 4);
  let length = 0;
  let group = 0;
  let count = 0;
  // Some writers begin it with the mark that PostScript has.
  const start = bytes[0] === 0x3c && bytes[1] === 0x7e ? 2 : 0;
  for (const byte of bytes.subarray(start)) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && count === 0) {
      length = out.writeUInt32BE(0, length);
      continue;
    }
    if (byte < 0x21 || byte > 0x75) continue;
    group = group * 85 + (byte - 0x21);
    count += 1;
    if (count < 5) continue;
    length = out.writeUInt32BE(group % 2 ** 32, length);
    group = 0;
    count = 0;
  }
  if (count > 1) {
    for (let at = count; at < 5; at += 1) group = group * 85 + 84;
    out.writeUInt32BE(group % 2 ** 32, length);
    length += count - 1;
  }
  return out.subarray(0, length);
}

function runLength(bytes: Buffer, maxBytes: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length && length < maxBytes;) {
    const count = bytes[at] as number;
    if (count === 128) break;
    const piece =
      count < 128 ? bytes.subarray(at + 1, at + 2 + count) : Buffer.alloc(257 - count, bytes[at + 1] ?? 0);
    pieces.push(piece);
    length += piece.length;
    at += count < 128 ? count + 2 : 2;
  }
  return Buffer.concat(pieces);
}

const clearTable = 256;
const endOfData = 257;
const nothing: Buffer = Buffer.alloc(0);

/** Codes of 9 to 12 bits, widened one code early, but where the file says otherwise (§7.4.4). */
function lzw(bytes: Buffer, { maxBytes, early }: { maxBytes: number; early: number }): Buffer {
  const pieces: Buffer[] = [];
  const table = Array.from({ length: 258 }, (_, at) => Buffer.from(at < 256 ? [at] : []));
  let before = nothing;
  let width = 9;
  let length = 0;
  const reset = (): void => {
    table.length = 258;
    before = nothing;
    width = 9;
  };
  for (let bit = 0; bit + width <= bytes.length * 8 && length < maxBytes;) {
    const code = bitsAt(bytes, bit, width);
    bit += width;
    if (code === endOfData) break;
    if (code === clearTable) {
      reset();
      continue;
    }
    const last = before;
    const entry = table[code] ?? (last.length > 0 ? Buffer.concat([last, last.subarray(0, 1)]) : undefined);
    if (entry === undefined || code > table.length) break;
    pieces.push(entry);
    length += entry.length;
    if (last.length > 0 && table.length < 4096) table.push(Buffer.concat([last, entry.subarray(0, 1)]));
    before = entry;
    if (table.length + early >= 1 << width && width < 12) width += 1;
  }
  return Buffer.concat(pieces);
}

function bitsAt(bytes: Buffer, bit: number, width: number): number {
  const at = bit >> 3;
  const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (three >> (24 - (bit & 7) - width)) & ((1 << width) - 1);
}

/** PNG's predictors (§7.4.4.4): each row says in its first byte how it was made from the one above. And TIFF's. */
function unpredicted(bytes: Buffer, parameters: Parameters, checkTime: () => void): Buffer {
  const kind = parameters.number('Predictor', 1);
  if (kind < 2) return bytes;
  const colors = parameters.number('Colors', 1);
  const bits = colors * parameters.number('BitsPerComponent', 8);
  const pixel = Math.max(1, Math.ceil(bits / 8));
  const row = Math.max(1, Math.ceil((bits * parameters.number('Columns', 1)) / 8));
  if (kind < 10)
    return bits === colors * 8
      ? undifferenced(bytes, { pixel, row, checkTime })
      : undifferencedWords(bytes, { colors, wordBits: bits / colors, row, checkTime });
  const rows = Math.ceil(bytes.length / (row + 1));
  if (row > bytes.length) return bytes;
  const out = Buffer.alloc(rows * row);
  for (let line = 0; line < rows; line += 1) {
    const kind = bytes[line * (row + 1)] as number;
    for (let at = 0; at < row; at += 1) {
      const raw = bytes[line * (row + 1) + 1 + at] ?? 0;
      const here = line * row + at;
      if (here % stepsPerLook === 0) checkTime();
      const left = at >= pixel ? (out[here - pixel] as number) : 0;
      const up = line > 0 ? (out[here - row] as number) : 0;
      const corner = line > 0 && at >= pixel ? (out[here - row - pixel] as number) : 0;
      out[here] = raw + predicted(kind, left, up, corner);
    }
  }
  return out;
}

/** Each byte is the difference from the one a pixel before it in its row. */
function undifferenced(
  bytes: Buffer,
  { pixel, row, checkTime }: { pixel: number; row: number; checkTime: () => void },
): Buffer {
  const out = Buffer.from(bytes);
  for (let at = 0; at < out.length; at += 1) {
    if (at % stepsPerLook === 0) checkTime();
    if (at % row >= pixel) out[at] = (out[at] as number) + (out[at - pixel] as number);
  }
  return out;
}

/** The same of words that are no bytes: pixels of one bit to four, or of sixteen. */
function undifferencedWords(
  bytes: Buffer,
  {
    colors,
    wordBits,
    row,
    checkTime,
  }: { colors: number; wordBits: number; row: number; checkTime: () => void },
): Buffer {
  if (![1, 2, 4, 16].includes(wordBits)) return bytes;
  const out = Buffer.from(bytes);
  const perRow = Math.floor((row * 8) / wordBits);
  const mask = 2 ** wordBits - 1;
  let steps = 0;
  for (let start = 0; start < out.length; start += row)
    for (let word = colors; word < perRow; word += 1) {
      if ((steps += 1) % stepsPerLook === 0) checkTime();
      const [bit, before] = [start * 8 + word * wordBits, start * 8 + (word - colors) * wordBits];
      if ((bit + wordBits) / 8 > out.length) break;
      putWord(out, bit, wordBits, (wordAt(out, bit, wordBits) + wordAt(out, before, wordBits)) & mask);
    }
  return out;
}

function wordAt(bytes: Buffer, bit: number, wordBits: number): number {
  if (wordBits === 16) return bytes.readUInt16BE(bit >> 3);
  return ((bytes[bit >> 3] as number) >> (8 - wordBits - (bit & 7))) & (2 ** wordBits - 1);
}

function putWord(bytes: Buffer, bit: number, wordBits: number, value: number): void {
  if (wordBits === 16) return void bytes.writeUInt16BE(value, bit >> 3);
  const shift = 8 - wordBits - (bit & 7);
  const mask = (2 ** wordBits - 1) << shift;
  bytes[bit >> 3] = ((bytes[bit >> 3] as number) & ~mask) | (value << shift);
}

function predicted(kind: number, left: number, up: number, corner: number): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const distances = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
      const [a = 0, b = 0, c = 0] = distances;
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return 0;
  }
}
