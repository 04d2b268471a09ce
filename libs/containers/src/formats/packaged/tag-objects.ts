import { type PackagedFile, mostPackaged } from './packaged-file.js';

const [headBytes, frameBytes] = [10, 10];
const wide = new Set([1, 2]);

/** Files in the tag of a piece of music (ID3v2.3 and 2.4, 4.15): kind, name and description in front of each. */
export function encapsulatedObjects(bytes: Buffer): PackagedFile[] {
  const version = bytes[3] ?? 0;
  if (bytes.length < headBytes || version < 3 || version > 4) return [];
  const end = Math.min(bytes.length, headBytes + sevenBits(bytes, 6));
  const found: PackagedFile[] = [];
  for (let at = headBytes; at + frameBytes < end && found.length < mostPackaged;) {
    const name = bytes.toString('latin1', at, at + 4);
    if (!/^[A-Z0-9]{4}$/.test(name)) break;
    const size = version === 4 ? sevenBits(bytes, at + 4) : bytes.readUInt32BE(at + 4);
    const frame = bytes.subarray(at + frameBytes, Math.min(end, at + frameBytes + size));
    if (name === 'GEOB') found.push({ name: 'encapsulated object', bytes: objectOf(frame) });
    at += frameBytes + size;
  }
  return found;
}

const sevenBits = (bytes: Buffer, at: number): number =>
  [0, 1, 2, 3].reduce((sum, place) => sum * 128 + ((bytes[at + place] ?? 0) & 127), 0);

function objectOf(frame: Buffer): Buffer {
  const isWide = wide.has(frame[0] ?? 0);
  let at = behindText(frame, 1, false);
  for (let texts = 0; texts < 2; texts += 1) at = behindText(frame, at, isWide);
  return frame.subarray(at);
}

function behindText(frame: Buffer, start: number, isWide: boolean): number {
  const step = isWide ? 2 : 1;
  for (let at = start; at + step <= frame.length; at += step)
    if (frame[at] === 0 && (!isWide || frame[at + 1] === 0)) return at + step;
  return frame.length;
}
