import { blockBytes, numberAt, paxRecords } from './tar-header.js';

/** A file with holes: which pieces of it stand in the tar, in order, and how long it is with its holes. */
export interface SparseFile {
  readonly pieces: readonly (readonly [offset: number, length: number])[];
  readonly size: number;
}

const maxPieces = 100_000;
const [pairBytes, fieldBytes] = [24, 12];
const oldHeader = { pairs: 386, count: 4, isExtended: 482, realSize: 483 } as const;
const extension = { count: 21, isExtended: 504 } as const;

/** GNU's old form (type `S`): four pieces in the header, more in blocks right behind it. `next`: where the data begins. */
export function readOldSparse(bytes: Buffer, headerAt: number): SparseFile & { readonly next: number } {
  const pieces: [number, number][] = [];
  const readPairs = (from: number, count: number): void => {
    for (let at = from; at < from + count * pairBytes && pieces.length < maxPieces; at += pairBytes) {
      const length = numberAt(bytes, at + fieldBytes, at + pairBytes);
      if (length > 0) pieces.push([numberAt(bytes, at, at + fieldBytes), length]);
    }
  };
  readPairs(headerAt + oldHeader.pairs, oldHeader.count);
  let next = headerAt + blockBytes;
  let isExtended = bytes[headerAt + oldHeader.isExtended] === 1;
  while (isExtended && next + blockBytes <= bytes.length) {
    readPairs(next, extension.count);
    isExtended = bytes[next + extension.isExtended] === 1;
    next += blockBytes;
  }
  const realSize = headerAt + oldHeader.realSize;
  return { pieces, size: numberAt(bytes, realSize, realSize + fieldBytes), next };
}

/** GNU's form 1.0 in pax headers: the map stands in front of the data, a number a line, padded to a block. */
export function readNewSparse(data: Buffer, size: number): SparseFile & { readonly dataAt: number } {
  let at = 0;
  const number = (): number => {
    const end = data.indexOf(0x0a, at);
    const value = end < 0 ? Number.NaN : Number.parseInt(data.toString('latin1', at, end), 10);
    at = end < 0 ? data.length : end + 1;
    return Number.isSafeInteger(value) ? value : 0;
  };
  const count = Math.min(number(), maxPieces);
  const pieces: [number, number][] = [];
  for (let piece = 0; piece < count; piece += 1) pieces.push([number(), number()]);
  return { pieces, size, dataAt: Math.ceil(at / blockBytes) * blockBytes };
}

/**
 * GNU's forms 0.0 and 0.1: the map stands in the header itself, in records that repeat (`offset`, `numbytes`) or in one
 * (`map`). Null: no such map.
 */
export function readHeaderSparse(header: Buffer): SparseFile | null {
  let size: number | null = null;
  const numbers: number[] = [];
  for (const [key, value] of paxRecords(header)) {
    const number = Number.parseInt(value, 10);
    if (key === 'GNU.sparse.size') size = number;
    if (key === 'GNU.sparse.map') numbers.push(...value.split(',', 2 * maxPieces).map(Number));
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') numbers.push(number);
  }
  const isMap = numbers.length > 1 && numbers.every((one) => Number.isSafeInteger(one) && one >= 0);
  if (size === null || !Number.isSafeInteger(size) || size < 0 || !isMap) return null;
  const count = Math.min(maxPieces, numbers.length >> 1);
  const pieces = Array.from(
    { length: count },
    (_, at) => [numbers[2 * at] ?? 0, numbers[2 * at + 1] ?? 0] as const,
  );
  return { pieces, size };
}

/** The file with its holes as zeros; the caller has asked whether it may be that long. */
export function withHoles({ pieces, size }: SparseFile, data: Buffer): Buffer {
  const file = Buffer.alloc(size);
  let at = 0;
  for (const [offset, length] of pieces) {
    if (offset < size) data.copy(file, offset, at, at + length);
    at += length;
  }
  return file;
}
