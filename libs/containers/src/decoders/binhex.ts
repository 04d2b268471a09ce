import type { EmbeddedFile } from './uuencode.js';
import { xmodemChecksum } from './xmodem-checksum.js';

const announcement = Buffer.from('(This file must be converted with BinHex');
const alphabet = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
const values = new Uint8Array(256).fill(255);
for (let at = 0; at < 64; at += 1) values[alphabet.charCodeAt(at)] = at;
const colon = 0x3a;
const repeat = 0x90;

/** A first line of what may be BinHex that nothing announces. */
const beginning = /^:[!-,\-0-689@A-NP-VX-Z[`a-fh-mp-r]{48}/;
const beginningBytes = 64;
/** Its name is at most so long. */
const longestHead = 240;

/** Does a line begin here as BinHex does, whatever stands in front? */
export function hasBinHexLine(text: Buffer): boolean {
  for (let at = text.indexOf(colon); at >= 0; at = text.indexOf(colon, at + 1))
    if (beginsLine(text, at) && beginning.test(text.toString('latin1', at, at + beginningBytes))) return true;
  return false;
}

const beginsLine = (text: Buffer, at: number): boolean =>
  at === 0 || text[at - 1] === 0x0a || text[at - 1] === 0x0d;

/**
 * The next file in BinHex 4 (RFC 1741) in this text, data fork and resource fork; null: none. Readers look for the line that
 * announces it, or for the first colon of a line: there the checksum of its head has to be right.
 */
export function findBinHex(text: Buffer, from: number): EmbeddedFile | null {
  let announced = text.indexOf(announcement, from);
  for (let at = text.indexOf(colon, from); at >= 0; at = text.indexOf(colon, at + 1)) {
    const isAnnounced = announced >= 0 && at > announced;
    if (isAnnounced) announced = text.indexOf(announcement, at);
    if (!isAnnounced && !(beginsLine(text, at) && hasHead(text, at + 1))) continue;
    const file = fileAt(text, at);
    if (file !== null) return file;
  }
  return null;
}

// Name, zero, type, creator, flags, the lengths of both forks, a checksum.
const lengthsAt = (raw: Buffer): number => 1 + (raw[0] ?? 0) + 1 + 4 + 4 + 2;

function hasHead(text: Buffer, start: number): boolean {
  if (!beginning.test(text.toString('latin1', start - 1, start - 1 + beginningBytes))) return false;
  const raw = repeated(sixBits(text.subarray(start, start + longestHead)));
  const end = lengthsAt(raw) + 8;
  return raw.length >= end + 2 && raw.readUInt16BE(end) === xmodemChecksum(raw.subarray(0, end));
}

function fileAt(text: Buffer, start: number): EmbeddedFile | null {
  const found = text.indexOf(colon, start + 1);
  const end = found < 0 ? text.length : found;
  const raw = repeated(sixBits(text.subarray(start + 1, end)));
  const nameBytes = raw[0] ?? 0;
  const lengths = lengthsAt(raw);
  if (raw.length < lengths + 10) return null;
  const data = raw.readUInt32BE(lengths);
  const resource = raw.readUInt32BE(lengths + 4);
  const body = lengths + 10;
  const bytes = raw.subarray(body, Math.min(raw.length, body + data));
  const isWhole = found >= 0 && body + data + 2 + resource <= raw.length;
  return { name: raw.toString('latin1', 1, 1 + nameBytes), bytes, isWhole, next: end };
}

function sixBits(text: Buffer): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (const byte of text) {
    const value = values[byte] as number;
    if (value === 255) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[length] = (held >> bits) & 0xff;
    length += 1;
  }
  return out.subarray(0, length);
}

/** A byte, 0x90 and a count: the byte so many times. What comes out is at most 128 times as long. */
function repeated(packed: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = packed.indexOf(repeat); at >= 0; at = packed.indexOf(repeat, start)) {
    const count = packed[at + 1] ?? 0;
    pieces.push(packed.subarray(start, at));
    const before = pieces.at(-1)?.at(-1) ?? 0;
    pieces.push(count === 0 ? Buffer.from([repeat]) : Buffer.alloc(count - 1, before));
    start = at + 2;
  }
  return Buffer.concat([...pieces, packed.subarray(start)]);
}
