import { blockBytes, numberAt } from './tar-header.js';

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
