import { byLook, certain } from '../by-magic.js';

/** Of a sector as it stands on a CD: what it begins with, and where its content is by its mode (ECMA-130, 14). */
export const rawSectorBytes = 2352;
const mark = Buffer.from('00ffffffffffffffffffff00', 'hex');
export const beginsSector = (bytes: Buffer, at: number): boolean =>
  bytes.subarray(at, at + mark.length).equals(mark);

/** A copy of a CD with everything around the content of its sectors, as programs write into `.bin` files. */
export const rawCdDetection = byLook(
  'raw-cd',
  certain('application/x-raw-disk-image'),
  (bytes) =>
    bytes.length >= rawSectorBytes + mark.length &&
    beginsSector(bytes, 0) &&
    beginsSector(bytes, rawSectorBytes),
);
