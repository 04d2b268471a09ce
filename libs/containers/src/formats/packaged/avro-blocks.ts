import { type PackagedFile, mostPackaged } from './packaged-file.js';

const [headBytes, markBytes, longestHead] = [4, 16, 65_536];
const codec = Buffer.from('avro.codec\x0edeflate');

/** Of Avro's object container: its head ends with a mark, each block is a count, a size, so many bytes and the mark again. */
export function deflatedBlocks(bytes: Buffer): PackagedFile[] {
  const named = bytes.subarray(0, longestHead).indexOf(codec);
  const map = named < 0 ? -1 : bytes.indexOf(0, named);
  if (map < headBytes) return [];
  const mark = bytes.subarray(map + 1, map + 1 + markBytes);
  const found: PackagedFile[] = [];
  for (let at = map + 1 + markBytes; at < bytes.length && found.length < mostPackaged;) {
    const size = numberAt(bytes, numberAt(bytes, at).next);
    const end = size.next + size.value;
    if (size.value <= 0) break;
    found.push({ name: `block ${found.length + 1}`, bytes: bytes.subarray(size.next, end), packing: 'raw' });
    if (!bytes.subarray(end, end + markBytes).equals(mark)) break;
    at = end + markBytes;
  }
  return found;
}

/** Seven bits a byte, the lowest first, and the lowest of all is the sign. */
function numberAt(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  let at = start;
  for (let factor = 1; at < bytes.length && at < start + 7; factor *= 128) {
    const byte = bytes[at] as number;
    at += 1;
    value += (byte & 127) * factor;
    if (byte < 128) break;
  }
  return { value: value % 2 === 0 ? value / 2 : 0, next: at };
}
