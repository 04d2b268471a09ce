import { createHash } from 'node:crypto';

/** A string stands for bytes, one for each character (latin1). */
export type Piece = Uint8Array | string | readonly number[];

export const bytes = (...pieces: readonly Piece[]): Buffer =>
  Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece))),
  );

const numbers = (
  values: readonly number[],
  size: number,
  write: (to: Buffer, value: number, at: number) => void,
) => {
  const to = Buffer.alloc(values.length * size);
  values.forEach((value, index) => write(to, value, index * size));
  return to;
};

export const le16 = (...values: readonly number[]): Buffer =>
  numbers(values, 2, (to, value, at) => to.writeUInt16LE(value & 0xffff, at));
export const le32 = (...values: readonly number[]): Buffer =>
  numbers(values, 4, (to, value, at) => to.writeUInt32LE(value >>> 0, at));
export const le64 = (...values: readonly number[]): Buffer =>
  numbers(values, 8, (to, value, at) => to.writeBigUInt64LE(BigInt(value), at));
export const be16 = (...values: readonly number[]): Buffer =>
  numbers(values, 2, (to, value, at) => to.writeUInt16BE(value & 0xffff, at));
export const be32 = (...values: readonly number[]): Buffer =>
  numbers(values, 4, (to, value, at) => to.writeUInt32BE(value >>> 0, at));
export const be64 = (...values: readonly number[]): Buffer =>
  numbers(values, 8, (to, value, at) => to.writeBigUInt64BE(BigInt(value), at));

export const zeros = (count: number): Buffer => Buffer.alloc(count);
export const repeated = (piece: Piece, count: number): Buffer =>
  Buffer.alloc(bytes(piece).length * count, bytes(piece));
export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
export const fromHex = (hex: string): Buffer => Buffer.from(hex, 'hex');
export const padded = (piece: Piece, size: number, fill = 0): Buffer => {
  const content = bytes(piece);
  return bytes(content, Buffer.alloc(Math.max(0, size - content.length), fill));
};

/** What encryption leaves of bytes, as far as anyone without the key can tell. */
export const scrambled = (content: Uint8Array): Buffer => Buffer.from(content.map((byte) => byte ^ 0x5a));

/** The same bytes in every run, and nothing in them to find. */
export function noise(seed: number, count: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, index) =>
    createHash('sha256').update(`${seed} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, count);
}

export function replaced(content: Buffer, from: Piece, to: Piece, times = Infinity): Buffer {
  const [wanted, pieces] = [bytes(from), [] as Buffer[]];
  let at = 0;
  for (let count = 0; count < times; count += 1) {
    const found = content.indexOf(wanted, at);
    if (found < 0) break;
    pieces.push(content.subarray(at, found), bytes(to));
    at = found + wanted.length;
  }
  return bytes(...pieces, content.subarray(at));
}
