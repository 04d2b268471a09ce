import { crc32 } from 'node:zlib';
import { inflate } from '../inflate.js';

export type Decoded =
  | {
      readonly kind: 'content';
      readonly bytes: Buffer;
      /** How much of the input it took. */
      readonly consumed: number;
      readonly crc: number;
      /** The stream ended by itself, whatever the checksum says. */
      readonly isWhole: boolean;
    }
  | { readonly kind: 'too-large' }
  /** To be decoded by another program. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unknown-method' };

/** Shrink, Implode, Deflate64, BZip2, LZMA, Zstandard (old and new), XZ, PPMd: 7-Zip has them. */
const foreignMethods = new Set([1, 6, 9, 12, 14, 20, 93, 95, 98]);

export async function decodeEntry(
  data: Buffer,
  { method, expectedBytes }: { method: number; expectedBytes: number },
  maxBytes: number,
): Promise<Decoded> {
  if (method === 0) {
    if (data.length > maxBytes) return { kind: 'too-large' };
    return { kind: 'content', bytes: data, consumed: data.length, isWhole: true, crc: crc32(data) };
  }
  if (method !== 8) return { kind: foreignMethods.has(method) ? 'foreign' : 'unknown-method' };
  const inflated = await inflate(data, maxBytes, expectedBytes);
  if (inflated.kind === 'too-large') return { kind: 'too-large' };
  const isWhole = inflated.kind === 'whole';
  return {
    kind: 'content',
    bytes: inflated.bytes,
    consumed: inflated.consumed,
    isWhole,
    crc: crc32(inflated.bytes),
  };
}
