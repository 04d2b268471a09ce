import type { ContainerDetection, Detected } from '../../container-format.js';
import { knownPlainType } from '../../plain-type.js';
import { findStreams, looksDeflated } from './find-streams.js';

const headBytes = 4096;
const isBinary = (bytes: Buffer): boolean =>
  /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(bytes.toString('latin1', 0, headBytes));
const pixelsOfPng = Buffer.from('IDAT');
const headOfPicture = 65_536;

/** Of a picture what stands before its pixels; what stands behind them is a part of its own. */
export function searched(bytes: Buffer): Buffer {
  const type = knownPlainType(bytes) ?? '';
  if (!type.startsWith('image/')) return bytes;
  const pixels = type === 'image/png' ? bytes.indexOf(pixelsOfPng) : -1;
  return bytes.subarray(0, pixels < 0 ? headOfPicture : pixels);
}
const endOfPdf = Buffer.from('%%EOF');

/** Where to look from: a PDF's own streams are its own affair. Null: nowhere. */
export function lookFrom(bytes: Buffer, isPdf: boolean): number | null {
  if (!isPdf) return isBinary(bytes) ? 0 : null;
  const end = bytes.lastIndexOf(endOfPdf);
  return end < 0 ? null : end + endOfPdf.length;
}

/**
 * Packed streams that stand in binary data of another kind, or are all of it. They are certain only once they are unpacked, and what
 * cannot be unpacked was none.
 */
export function embeddedDetectionBeside(others: readonly ContainerDetection[]) {
  const names = new Set(others.map((one) => one.name));
  return {
    name: 'embedded',
    nature: 'document',
    detect(bytes, before = []): Detected | null {
      const isPdf = before.includes('pdf');
      if (before.some((name) => names.has(name) || (name !== 'pdf' && name !== 'carved'))) return null;
      const from = lookFrom(bytes, isPdf);
      if (from === null) return null;
      const isSome =
        findStreams(searched(bytes), from).length > 0 ||
        (from === 0 && knownPlainType(bytes) === null && looksDeflated(bytes));
      return isSome ? { mime: 'application/octet-stream', isCertain: false, isBehind: true } : null;
    },
  } as const satisfies ContainerDetection;
}
