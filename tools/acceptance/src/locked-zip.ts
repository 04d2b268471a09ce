import { crc32 } from 'node:zlib';
import { oneEntryZip } from './stored-zip.js';

const table = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
const crcStep = (crc: number, byte: number): number =>
  ((crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)) >>> 0;

/** Traditional encryption (APPNOTE.TXT 6.1): every zip program still opens it. */
function encrypted(content: Buffer, password: string): Buffer {
  const keys = { first: 0x12345678, second: 0x23456789, third: 0x34567890 };
  const update = (byte: number): void => {
    keys.first = crcStep(keys.first, byte);
    keys.second = (Math.imul(keys.second + (keys.first & 0xff), 134775813) + 1) >>> 0;
    keys.third = crcStep(keys.third, keys.second >>> 24);
  };
  for (const byte of Buffer.from(password)) update(byte);
  // Twelve bytes that should be random; the last one tells a wrong password.
  const head = Buffer.alloc(12, 0x5a);
  head[11] = crc32(content) >>> 24;
  const masked = Buffer.concat([head, content]).map((byte) => {
    const seed = (keys.third | 2) & 0xffff;
    const mask = (Math.imul(seed, seed ^ 1) >>> 8) & 0xff;
    update(byte);
    return byte ^ mask;
  });
  return Buffer.from(masked);
}

/** A zip with one entry under a password, not compressed. */
export const lockedZip = (name: string, content: Buffer, password: string): Buffer =>
  oneEntryZip({ name, content, stored: encrypted(content, password), flags: 1 });
