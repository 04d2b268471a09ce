import { interleave } from './error-correction.js';
import { QrGrid } from './qr-grid.js';

/** Versions 1 to 10 at level M (15 % of it may be unreadable): bytes in all, check bytes per block, blocks. */
const versions = [
  [26, 10, 1],
  [44, 16, 1],
  [70, 26, 1],
  [100, 18, 2],
  [134, 24, 2],
  [172, 16, 4],
  [196, 18, 4],
  [242, 22, 4],
  [292, 22, 5],
  [346, 26, 5],
] as const;
const byteMode = 0b0100;
/** From here on the length takes two bytes. */
const wideLengthVersion = 10;

/**
 * A QR code (ISO/IEC 18004, bytes, level M) of at most 213 bytes as rows of dark and light modules; null when the
 * text is longer. Drawn here, because a second factor's secret must not travel to any service that draws.
 */
export function makeQrCode(text: string): readonly (readonly boolean[])[] | null {
  const bytes = [...new TextEncoder().encode(text)];
  const index = versions.findIndex(
    (_, at) => capacityBits(at + 1) >= 4 + lengthBits(at + 1) + bytes.length * 8,
  );
  const found = versions[index];
  if (found === undefined) return null;
  const version = index + 1;
  const [, checkCount, blockCount] = found;
  const grid = new QrGrid(version);
  grid.fill(interleave(toData(bytes, version), blockCount, checkCount));
  return grid.rows;
}

function capacityBits(version: number): number {
  const [total, checkCount, blockCount] = versions[version - 1] ?? [0, 0, 0];
  return (total - checkCount * blockCount) * 8;
}

const lengthBits = (version: number): number => (version < wideLengthVersion ? 8 : 16);

/** Mode, length, the bytes, the end, and filling up to the version's capacity. */
function toData(bytes: readonly number[], version: number): number[] {
  const capacity = capacityBits(version);
  const toBits = (value: number, length: number) => value.toString(2).padStart(length, '0');
  let bits = toBits(byteMode, 4) + toBits(bytes.length, lengthBits(version));
  bits += bytes.map((byte) => toBits(byte, 8)).join('');
  bits += '0'.repeat(Math.min(4, capacity - bits.length));
  bits += '0'.repeat((8 - (bits.length % 8)) % 8);
  const data = (bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2));
  for (let pad = 0xec; data.length < capacity / 8; pad ^= 0xec ^ 0x11) data.push(pad);
  return data;
}
