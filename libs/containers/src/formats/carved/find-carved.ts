import { crc32 } from 'node:zlib';
import { hasAt } from '../../magic.js';
import { readCpioHeader } from '../cpio/cpio-header.js';
import { isOle } from '../ole/detect-ole.js';
import { blockBytes, readTarHeader } from '../tar/tar-header.js';
import { rar4, rar5, sevenZip } from './archive-heads.js';

export interface Carved {
  readonly start: number;
  /** Null: it does not say; to the end of the file. */
  readonly end: number | null;
}

interface Kind {
  readonly magic: Buffer;
  /** Null: only the magic stands here, not the archive. */
  readonly check: (bytes: Buffer, at: number) => Carved | null;
  readonly lookBytes?: number;
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A look reads at most so much, but for those that add up a header of a length which it says itself. */
const usualLookBytes = 512;
const longestLookBytes = 65_536;
/** Of more of them than anything but an attack has, the last goes on to the end of the file. */
const maxCarved = 1000;

/** Archives that say by a checksum or a size of their own that they are no chance. */
const kinds: readonly Kind[] = [
  { magic: latin1('7z\xbc\xaf\x27\x1c'), check: sevenZip, lookBytes: 32 },
  { magic: latin1('Rar!\x1a\x07\0'), check: rar4, lookBytes: longestLookBytes },
  { magic: latin1('Rar!\x1a\x07\x01\0'), check: rar5 },
  { magic: latin1('MSCF'), check: cab, lookBytes: 36 },
  { magic: latin1('hsqs'), check: squashfs, lookBytes: 96 },
  { magic: latin1('ustar'), check: tar },
  { magic: latin1('07070'), check: cpio },
];

/** In anything but another one, whose streams are its own affair: they may lie there in pieces. */
const compoundFile: Kind = {
  magic: latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  check: ole,
  lookBytes: longestLookBytes,
};

/** Behind a program: what unpacks itself in DOS and Windows, whose magics are too short to be looked for everywhere. */
const programKinds: readonly Kind[] = [
  { magic: latin1('\x60\xea'), check: arj },
  ...['0', '1', '4', '5', '6', '7', 'd'].map((method) => ({ magic: latin1(`-lh${method}-`), check: lha })),
];

/** Behind a script: streams whose magics are too short to be looked for everywhere. */
const scriptKinds: readonly Kind[] = [
  { magic: latin1('\x1f\x8b\x08'), check: behindLine },
  { magic: latin1('\xfd7zXZ\0'), check: behindLine },
  { magic: latin1('BZh91AY&SY'), check: behindLine },
  { magic: latin1('\x28\xb5\x2f\xfd'), check: behindLine },
  { magic: latin1('\x5d\0\0'), check: lzmaBehindLine },
  ...[
    '\x04\x22\x4d\x18',
    '\x02\x21\x4c\x18',
    '\x89LZO\0\r\n\x1a\n',
    '\x1f\x9d\x90',
    'LZIP\x01',
    'BZ3v1',
    'Salted__',
  ].map((magic) => ({ magic: latin1(magic), check: behindLine })),
  // What is encrypted and written in base64.
  { magic: latin1('U2FsdGVkX1'), check: behindLine },
];

/** Archives inside or behind something else (a program that unpacks itself, a picture), in order; each byte in one at most. */
export function findCarved(bytes: Buffer): Carved[] {
  const more = hasAt(bytes, 0, '#!') ? scriptKinds : hasAt(bytes, 0, 'MZ') ? programKinds : [];
  const compound = isOle(bytes) ? [] : [compoundFile];
  const all = [...kinds, ...compound, ...more].flatMap((kind) => find(bytes, kind));
  const found: Carved[] = [];
  let end = 1;
  for (const one of all.sort((a, b) => a.start - b.start)) {
    if (one.start < end) continue;
    if (found.length === maxCarved) {
      found.push({ start: one.start, end: null });
      break;
    }
    found.push(one);
    end = one.end ?? bytes.length;
  }
  return found;
}

/** As far as WinRAR looks for an archive behind a program. */
const searchedBytes = 2 * 1024 ** 2;
const found7zAndRar = kinds.slice(0, 3);

/** Of a disk, whose files are opened by themselves, what programs that unpack find near its beginning. */
export function findCarvedInImage(bytes: Buffer): Carved[] {
  const searched = bytes.subarray(0, searchedBytes);
  const [first] = found7zAndRar
    .flatMap((kind) => find(searched, kind))
    .sort((one, other) => one.start - other.start);
  return first === undefined ? [] : [{ start: first.start, end: null }];
}

function find(bytes: Buffer, { magic, check, lookBytes = usualLookBytes }: Kind): Carved[] {
  const found: Carved[] = [];
  // Magics that stand there in masses are read a few times over together, and no more.
  let allowance = bytes.length * 2 + 64 * longestLookBytes;
  // At the front it is the format itself.
  for (let at = bytes.indexOf(magic, 1); at >= 0 && allowance > 0;) {
    const carved = check(bytes, at);
    if (carved !== null) found.push(carved);
    allowance -= lookBytes;
    at = bytes.indexOf(magic, Math.max(at + 1, carved?.end ?? 0));
  }
  return found;
}

/** Its size, its version 1.3, and a first file within it. */
function cab(bytes: Buffer, start: number): Carved | null {
  if (start + 36 > bytes.length || bytes.readUInt16LE(start + 24) !== 0x0103) return null;
  const [size, firstFile] = [bytes.readUInt32LE(start + 8), bytes.readUInt32LE(start + 16)];
  if (size < 44 || firstFile < 36 || firstFile >= size) return null;
  const end = start + size;
  return { start, end: end <= bytes.length ? end : null };
}

const [fatPlacesAt, fatPlaces, freeSector] = [76, 109, 0xffffffff];

/** Its order of bytes, the size of its sectors, and as many of these as its table has in use ([MS-CFB] 2.2). */
function ole(bytes: Buffer, start: number): Carved | null {
  if (start + 512 > bytes.length || bytes.readUInt16LE(start + 28) !== 0xfffe) return null;
  const power = bytes.readUInt16LE(start + 30);
  if (power !== 9 && power !== 12) return null;
  const sectorBytes = 2 ** power;
  if (isOnlyBegun(bytes, start, sectorBytes)) return null;
  let last = 0;
  for (let place = 0; place < fatPlaces; place += 1) {
    const sector = bytes.readUInt32LE(start + fatPlacesAt + place * 4);
    const table = start + (sector + 1) * sectorBytes;
    if (sector === freeSector) break;
    // Of a broken or a large one no one knows.
    if (table + sectorBytes > bytes.length || place === fatPlaces - 1) return { start, end: null };
    for (let at = sectorBytes - 4; at >= 0; at -= 4)
      if (bytes.readUInt32LE(table + at) !== freeSector) {
        last = (place * sectorBytes + at) / 4;
        break;
      }
  }
  return { start, end: Math.min(bytes.length, start + (last + 2) * sectorBytes) };
}

const [miniPowerAt, usualMiniPower, directoryAt, mostBytes] = [32, 6, 48, 2 ** 32];

/**
 * The first fields, as libraries that write such files have them, and then other data of the library: small sectors of a size
 * that none has, and both the directory and the table further away than any file goes.
 */
const isOnlyBegun = (bytes: Buffer, start: number, sectorBytes: number): boolean =>
  bytes.readUInt16LE(start + miniPowerAt) !== usualMiniPower &&
  [directoryAt, fatPlacesAt].every((at) => bytes.readUInt32LE(start + at) * sectorBytes > mostBytes);

/** Version 4.0, a block whose size and power agree, and the bytes it uses (behind a program: an AppImage). */
function squashfs(bytes: Buffer, start: number): Carved | null {
  if (start + 96 > bytes.length || bytes.readUInt32LE(start + 28) !== 4) return null;
  const [blockBytes, power] = [bytes.readUInt32LE(start + 12), bytes.readUInt16LE(start + 22)];
  if (power < 12 || power > 20 || blockBytes !== 2 ** power) return null;
  const end = start + Number(bytes.readBigUInt64LE(start + 40));
  return { start, end: end <= bytes.length ? end : null };
}

/** A header of 512 bytes whose checksum holds. */
function tar(bytes: Buffer, at: number): Carved | null {
  const start = at - 257;
  if (start < 1) return null;
  const header = readTarHeader(bytes.subarray(start, start + blockBytes));
  return header === null || header.name === '' ? null : { start, end: null };
}

const longestCpioHeader = 116;

/** A header in digits, and another one where its file ends, or no room for one: cpio(1) passes over what is in front. */
function cpio(bytes: Buffer, start: number): Carved | null {
  const first = readCpioHeader(bytes, start);
  if (first === null || first.name === '') return null;
  // In text that quotes one no name ends with a NUL.
  const isCut = first.next + longestCpioHeader > bytes.length && bytes[first.dataStart - 1] === 0;
  return isCut || readCpioHeader(bytes, first.next) !== null ? { start, end: null } : null;
}

/** Its main header: a size, so many bytes, and their checksum. */
function arj(bytes: Buffer, start: number): Carved | null {
  if (start + 8 > bytes.length) return null;
  const headerBytes = bytes.readUInt16LE(start + 2);
  const end = start + 4 + headerBytes;
  if (headerBytes < 30 || headerBytes > 2600 || end + 4 > bytes.length) return null;
  return bytes.readUInt32LE(end) === crc32(bytes.subarray(start + 4, end)) ? { start, end: null } : null;
}

/** Two bytes stand before its method: a header's size and the sum of what follows; in level 2 the size alone. */
function lha(bytes: Buffer, at: number): Carved | null {
  const start = at - 2;
  if (at + 22 > bytes.length) return null;
  const level = bytes[at + 18] ?? 255;
  const packedBytes = bytes.readUInt32LE(at + 5);
  if (level === 2) {
    const headerBytes = bytes.readUInt16LE(start);
    return headerBytes >= 26 && start + headerBytes + packedBytes <= bytes.length
      ? { start, end: null }
      : null;
  }
  const headerBytes = bytes[start] ?? 0;
  const header = bytes.subarray(at, at + headerBytes);
  const sum = header.reduce((total, byte) => (total + byte) & 0xff, 0);
  return level <= 1 && headerBytes >= 20 && sum === bytes[start + 1] ? { start, end: null } : null;
}

function behindLine(bytes: Buffer, start: number): Carved | null {
  return bytes[start - 1] === 0x0a && bytes.length - start >= 18 ? { start, end: null } : null;
}

function lzmaBehindLine(bytes: Buffer, start: number): Carved | null {
  return bytes[start + 13] === 0 ? behindLine(bytes, start) : null;
}
