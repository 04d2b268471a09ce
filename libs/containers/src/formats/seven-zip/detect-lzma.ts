import type { ContainerDetection } from '../../container-format.js';
import { byChance, byLook, certain } from '../by-magic.js';
import { skipFrames } from '../skippable-frames.js';

const zstdMagic = 0xfd2fb528;
export const zstdDetection = byLook(
  'zstd',
  certain('application/zstd'),
  (bytes) => skipFrames(bytes) === zstdMagic,
);

const headerBytes = 13;
/** lc, lp and pb in one number. */
const maxProperties = 225;
const usualProperties = 0x5d;
const lzmaMime = 'application/x-lzma';
const largestDictionary = 30;
const largestSize = 2n ** 40n;
const unknownSize = 2n ** 64n - 1n;

/**
 * A lone LZMA stream has no magic: its properties, a dictionary of a power of two or half as much again, a size
 * within reason or none, and the zero every range coder begins with. Numbers of four bytes may begin so, too, but
 * hardly with the usual properties, or with the eight bytes that say that the size is unknown.
 */
export const lzmaDetection = {
  name: 'lzma',
  nature: 'wrapper',
  detect(bytes) {
    if (isLzma86(bytes)) return byChance(lzmaMime);
    const properties = bytes[0] ?? maxProperties;
    if (bytes.length < headerBytes + 5 || properties >= maxProperties || bytes[headerBytes] !== 0)
      return null;
    const size = bytes.readBigUInt64LE(5);
    const isLikely = size === unknownSize || size < largestSize;
    if (!isLikely || !isUsualDictionary(bytes.readUInt32LE(1))) return null;
    return properties === usualProperties || size === unknownSize ? certain(lzmaMime) : byChance(lzmaMime);
  },
} as const satisfies ContainerDetection;

/** With a byte in front that says whether a filter for programs was before it, and the usual properties. */
export const isLzma86 = (bytes: Buffer): boolean =>
  (bytes[0] ?? 2) <= 1 &&
  bytes[1] === usualProperties &&
  bytes.length > headerBytes + 6 &&
  bytes[headerBytes + 1] === 0 &&
  isUsualDictionary(bytes.readUInt32LE(2)) &&
  (bytes.readBigUInt64LE(6) === unknownSize || bytes.readBigUInt64LE(6) < largestSize);

function isUsualDictionary(bytes: number): boolean {
  for (let power = 12; power <= largestDictionary; power += 1)
    if (bytes === 2 ** power || bytes === 2 ** power + 2 ** (power - 1)) return true;
  return bytes === 0xffffffff;
}
