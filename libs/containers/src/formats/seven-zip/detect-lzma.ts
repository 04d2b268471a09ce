import { byLook, certain } from '../by-magic.js';
import { skipFrames } from '../skippable-frames.js';

const zstdMagic = 0xfd2fb528;
export const zstdDetection = byLook(
  'zstd',
  certain('application/zstd'),
  (bytes) => skipFrames(bytes) === zstdMagic,
);

const headerBytes = 13;
/** lc, lp and pb in one number; 0x5d is usual. */
const maxProperties = 225;
const largestDictionary = 30;
const largestSize = 2n ** 40n;
const unknownSize = 2n ** 64n - 1n;

/**
 * A lone LZMA stream has no magic: its properties, a dictionary of a power of two or half as much again, a size
 * within reason or none, and the zero every range coder begins with.
 */
export const lzmaDetection = byLook('lzma', certain('application/x-lzma'), (bytes) => {
  if (bytes.length < headerBytes + 5 || (bytes[0] ?? 255) >= maxProperties || bytes[headerBytes] !== 0)
    return false;
  const size = bytes.readBigUInt64LE(5);
  return isUsualDictionary(bytes.readUInt32LE(1)) && (size === unknownSize || size < largestSize);
});

function isUsualDictionary(bytes: number): boolean {
  for (let power = 12; power <= largestDictionary; power += 1)
    if (bytes === 2 ** power || bytes === 2 ** power + 2 ** (power - 1)) return true;
  return bytes === 0xffffffff;
}
