import { hasAt } from '../../magic.js';

/** The type of a container that nothing here opens, by more than a few bytes at one place; null: none of them. */
export const closedMimeOf = (bytes: Buffer): string | null => marks.find(([is]) => is(bytes))?.[1] ?? null;

/** Apple's old file system: its master block, by its magic, where its bitmap stands and how large its blocks are. */
function isOldHfs(bytes: Buffer): boolean {
  if (bytes.length < 1536 || !hasAt(bytes, 1024, 'BD')) return false;
  return bytes.readUInt16BE(1024 + 14) === 3 && bytes.readUInt32BE(1024 + 20) % 512 === 0;
}

const appleHeadBytes = 6;
/** Of a field, by what its key ends with: flags, numbers, the sizes of blobs, checksums, times. */
const appleFieldBytes: Readonly<Record<string, number>> = {
  '*': 0,
  1: 1,
  2: 2,
  4: 4,
  8: 8,
  A: 2,
  B: 4,
  C: 8,
  S: 8,
  T: 12,
  F: 4,
  G: 20,
  H: 32,
  I: 48,
  J: 64,
};

/** Apple's archive: its size, then fields to the end of it. Texts may begin with the same four letters. */
function isAppleArchive(bytes: Buffer): boolean {
  if (!hasAt(bytes, 0, 'AA01') && !hasAt(bytes, 0, 'YAA1')) return false;
  const end = bytes.length < appleHeadBytes ? 0 : bytes.readUInt16LE(4);
  if (end > bytes.length) return false;
  let at = appleHeadBytes;
  while (at + 4 <= end) {
    const [, type] = /^[A-Z0-9]{3}([*1248A-CF-JPST])$/.exec(bytes.toString('latin1', at, at + 4)) ?? [];
    if (type === undefined) return false;
    at += 4;
    if (type === 'P') at += at + 2 <= end ? 2 + bytes.readUInt16LE(at) : end;
    else at += appleFieldBytes[type] ?? 0;
  }
  return at === end && at > appleHeadBytes;
}

const haltCompiler = Buffer.from('__HALT_COMPILER();');
const tableHeadBytes = 18;
const leastEntryBytes = 24;

/**
 * PHP's archive: its mark, the first of which counts, then the table of its files in binary as PHP wants it. What
 * stands in front PHP does not look at: archives that are pictures as well are known of attacks.
 */
function isPhar(bytes: Buffer): boolean {
  const at = bytes.indexOf(haltCompiler);
  if (at < 0) return false;
  const behind = at + haltCompiler.length;
  const close = /^(?:[ \n]\?>(?:\r?\n)?)?/.exec(bytes.toString('latin1', behind, behind + 5));
  const table = bytes.subarray(behind + (close?.[0].length ?? 0));
  if (table.length < 4 + tableHeadBytes) return false;
  const [length, count, aliasBytes] = [table.readUInt32LE(0), table.readUInt32LE(4), table.readUInt32LE(14)];
  const isWithin = length >= tableHeadBytes && length <= table.length - 4 && aliasBytes <= length;
  // The version's numbers are a nibble each: the first archives were of 0.9.0.
  return isWithin && count > 0 && count <= length / leastEntryBytes && table[8] !== 0;
}

/** Minix: two bytes that say its version, beside them zones of one block, a state and a largest file as they are known. */
function isMinix(bytes: Buffer): boolean {
  if (bytes.length >= 2048 && isMinix3(bytes)) return true;
  if (bytes.length < 2048 || ![0x137f, 0x138f, 0x2468, 0x2478].includes(bytes.readUInt16LE(1040)))
    return false;
  const [zonePower, state, largest] = [
    bytes.readUInt16LE(1034),
    bytes.readUInt16LE(1042),
    bytes.readUInt32LE(1036),
  ];
  return zonePower === 0 && state <= 3 && [0x10081c00, 0x7fffffff].includes(largest);
}

/** Its third version: the magic, beside it blocks of whole kilobytes and a version of its own. */
function isMinix3(bytes: Buffer): boolean {
  const blockBytes = bytes.readUInt16LE(1052);
  return (
    bytes.readUInt16LE(1048) === 0x4d5a && blockBytes >= 1024 && blockBytes % 1024 === 0 && bytes[1054] === 0
  );
}

const floppyBytes = new Set([901_120, 1_802_240]);
/** AmigaDOS, which names itself in the first block of a disk of one of two sizes. */
const isAmigaDisk = (bytes: Buffer): boolean =>
  floppyBytes.has(bytes.length) && hasAt(bytes, 0, 'DOS') && (bytes[3] ?? 255) < 8;

/** Norton's copies of disks: three bytes and a kind, in a block of their own. */
const isGhostImage = (bytes: Buffer): boolean =>
  hasAt(bytes, 0, '\xfe\xef\x01') && (bytes[3] ?? 255) <= 16 && bytes.length >= 512;

const leastForeign = 8;
/** Alpine's packages of its third version, packed: four letters, then nothing of a text. */
const isAlpineDatabase = (bytes: Buffer): boolean =>
  (hasAt(bytes, 0, 'ADBd') || hasAt(bytes, 0, 'ADBc')) &&
  (bytes.toString('latin1', 4, 64).match(/[^\t\r\n -~]/g) ?? []).length >= leastForeign;

/** MagicISO says where its blocks are in its last bytes. */
const isMagicIso = (bytes: Buffer): boolean =>
  bytes.length > 64 &&
  hasAt(bytes, bytes.length - 64, 'bbis') &&
  bytes.readUInt32LE(bytes.length - 60) === 0x30;

/** Words that a text may begin with, too: Macintosh's PackIt, Amiga's LZX, GCA, Windows' backups. */
const isBinaryBehind = (bytes: Buffer): boolean =>
  ['PMag', 'PMa4', 'LZX\0', 'GCAX', 'TAPE'].some((word) => hasAt(bytes, 0, word)) &&
  /[\0-\x08\x0e-\x1a]/.test(bytes.toString('latin1', 4, 64));

/** dump(8): the magic of its first header, in either order of bytes, behind a kind that is known. */
const isExtDump = (bytes: Buffer): boolean =>
  bytes.length >= 1024 &&
  ((hasAt(bytes, 24, '\x6c\xea\0\0') && bytes.readUInt32LE(0) <= 6) ||
    (hasAt(bytes, 24, '\0\0\xea\x6c') && bytes.readUInt32BE(0) <= 6));

/** Two words, behind which text goes on as text. */
const isStuffItX = (bytes: Buffer): boolean =>
  (hasAt(bytes, 0, 'StuffIt!') || hasAt(bytes, 0, 'StuffIt?')) &&
  bytes.length > 12 &&
  !/^[\x20-\x7e\t\r\n]{4}/.test(bytes.toString('latin1', 8, 12));

/** Blocks of 65 KiB to 511 MiB. */
const isBzip3 = (bytes: Buffer): boolean =>
  hasAt(bytes, 0, 'BZ3v1') &&
  bytes.length > 9 &&
  bytes.readUInt32LE(5) >= 65 * 1024 &&
  bytes.readUInt32LE(5) <= 511 * 1024 ** 2;

/** SEA's ARC: a method, a DOS name that ends with a NUL, a size within the file. */
function isArc(bytes: Buffer): boolean {
  if (bytes.length < 31 || bytes[0] !== 0x1a) return false;
  const [method, name] = [bytes[1] ?? 0, bytes.toString('latin1', 2, 15)];
  const isName = /^[A-Z0-9_$#&@!%()'`{}~-]{1,8}(\.[A-Z0-9_$#&@!%()'`{}~-]{0,3})?\0/i.test(name);
  return method >= 1 && method <= 11 && isName && bytes.readUInt32LE(15) <= bytes.length;
}

const [longestCode, mostTimesLonger] = [24, 64];
/** Unix' pack, which gzip undoes: the length it unpacks to, then how many codes there are of each length. */
function isPacked(bytes: Buffer): boolean {
  if (!hasAt(bytes, 0, '\x1f\x1e') || bytes.length < 10) return false;
  const [unpacked, lengths] = [bytes.readUInt32BE(2), bytes[6] ?? 0];
  const isLength = unpacked > 0 && unpacked <= bytes.length * mostTimesLonger;
  return isLength && lengths > 0 && lengths <= longestCode && (bytes[7] ?? 255) <= 2;
}

const marks: readonly (readonly [is: (bytes: Buffer) => boolean, mime: string])[] = [
  [isOldHfs, 'application/x-hfs-image'],
  [isAppleArchive, 'application/x-apple-archive'],
  [isPhar, 'application/x-php-archive'],
  [isBinaryBehind, 'application/x-archive'],
  [isExtDump, 'application/x-dump'],
  [isStuffItX, 'application/x-stuffitx'],
  [isBzip3, 'application/x-bzip3'],
  [isGhostImage, 'application/x-ghost-image'],
  [isAlpineDatabase, 'application/x-alpine-database'],
  [isAmigaDisk, 'application/x-amiga-disk'],
  [isMagicIso, 'application/x-compressed-iso'],
  [isMinix, 'application/x-minix-image'],
  [isArc, 'application/x-arc'],
  [isPacked, 'application/x-pack'],
];
