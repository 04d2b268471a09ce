import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { byChance, byLook, certain } from '../by-magic.js';

/** Of a sector as it stands on a CD: what it begins with, and where its content is by its mode (ECMA-130, 14). */
/** Bare, and with the channels beside it. */
export const usualSectorBytes = 2352;
const sectorSizes = [usualSectorBytes, usualSectorBytes + 16, usualSectorBytes + 96];
const mark = Buffer.from('00ffffffffffffffffffff00', 'hex');
export const beginsSector = (bytes: Buffer, at: number): boolean =>
  bytes.subarray(at, at + mark.length).equals(mark);

/** From one sector to the next; null: none stand here. */
export const rawSectorBytesOf = (bytes: Buffer): number | null =>
  beginsSector(bytes, 0) ? (sectorSizes.find((size) => beginsSector(bytes, size)) ?? null) : null;

/** A copy of a CD with everything around the content of its sectors, as programs write into `.bin` files. */
export const rawCdDetection = byLook(
  'raw-cd',
  certain('application/x-raw-disk-image'),
  (bytes) => rawSectorBytesOf(bytes) !== null,
);

/** Two seconds of nothing stand in front of the first track. */
const pauseBytes = 150 * 2048;
const volumeBytes = 16 * 2048;
const neroMime = 'application/x-nero-image';

/** What a list of tracks begins with. */
const chunkNames = new Set(['CUES', 'CUEX', 'DAOI', 'DAOX', 'ETNF', 'ETN2', 'SINF']);

/** Where its list of tracks begins, which its last bytes say; null: they are not Nero's. */
export function trackListAt(bytes: Buffer): number | null {
  if (hasAt(bytes, bytes.length - 12, 'NER5')) return Number(bytes.readBigUInt64BE(bytes.length - 8));
  return hasAt(bytes, bytes.length - 8, 'NERO') ? bytes.readUInt32BE(bytes.length - 4) : null;
}

/** What Nero writes: sectors first, and what they are at its end. A text may end with its name. */
export const neroDetection = {
  name: 'nero',
  nature: 'wrapper',
  detect(bytes) {
    const at = trackListAt(bytes);
    const isListed = at !== null && chunkNames.has(bytes.toString('latin1', at, at + 4));
    if (isListed || hasAt(bytes, pauseBytes + volumeBytes, '\x01CD001')) return certain(neroMime);
    return at === null ? null : byChance(neroMime);
  },
} as const satisfies ContainerDetection;
