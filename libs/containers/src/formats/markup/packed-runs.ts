import { inflateRawSync, inflateSync } from 'node:zlib';
import { runsOf } from './base64-runs.js';
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
