import { inflateRawSync, inflateSync } from 'node:zlib';
import { blocksOf, runsOf } from './base64-runs.js';
import { type TextBlob, decoded } from './text-blobs.js';

const wordsOfPacking = ['nflate', 'ncompress', 'ecompress', 'eflateStream'].map((word) => Buffer.from(word));
/** Says somewhere that it unpacks something. */
export const hasWordOfPacking = (bytes: Buffer): boolean =>
  wordsOfPacking.some((word) => bytes.includes(word));

const shortestPacked = 32;
/** What is more is unpacked where the walk's bounds are counted. */
const mostAtOnce = 1024 ** 2;
const packings = [
  ['zlib', inflateSync],
  ['raw', inflateRawSync],
] as const;

/** Where a text says that it unpacks something: every run that zlib or deflate can be undone of, to its end. */
export function* packedRuns(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const { start, end } of runsOf(bytes, shortestPacked)) {
    checkTime();
    const packed = decoded(bytes.subarray(start, end));
    for (const [packing, inflate] of packings) {
      try {
        const content = inflate(packed, { maxOutputLength: mostAtOnce });
        if (content.length > 0) yield { label: 'packed text', bytes: content };
      } catch (error) {
        // A word, a key or a picture: most runs are none.
        if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
          yield { label: 'packed text', bytes: packed, isDeflated: packing };
      }
    }
  }
}

/** The two bytes that zlib begins with, in its usual forms, and the first bits of what follows. */
const zlibHead = /^e(?:A[EF]|F[4567]|J[w-z0-3]|N[o-r])/;
const shortestZlib = 64;
const isZlibHead = (bytes: Buffer, start: number): boolean =>
  zlibHead.test(bytes.toString('latin1', start, start + 3));

export function hasZlibRun(bytes: Buffer): boolean {
  for (const { start, end } of blocksOf(bytes))
    if (end - start >= shortestZlib && isZlibHead(bytes, start)) return true;
  return false;
}

/** What zlib packed says so by its first bytes, and a stream of it ends with a checksum that no chance has. */
export function* zlibRuns(bytes: Buffer, checkTime: () => void): Generator<TextBlob> {
  for (const { start, end } of blocksOf(bytes)) {
    if (end - start < shortestZlib || !isZlibHead(bytes, start)) continue;
    checkTime();
    // The last line is as short as it comes.
    const packed = decoded(bytes.subarray(start, end + 200));
    try {
      const content = inflateSync(packed, { maxOutputLength: mostAtOnce });
      if (content.length > 0) yield { label: 'packed text', bytes: content };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        yield { label: 'packed text', bytes: packed, isDeflated: 'zlib' };
    }
  }
}
