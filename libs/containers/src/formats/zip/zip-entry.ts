import { type AesField, aesMethod, readAesField } from './zip-encryption.js';
import {
  type DirectoryEntry,
  type EntryFields,
  type LocalHeader,
  flags,
  hasSignature,
  signatures,
} from './zip-records.js';

/** One way to read an entry's bytes: where they stand and how they are packed. */
export interface Reading {
  readonly dataStart: number;
  /** As far as its header says; a packed stream may end before or behind. */
  readonly dataEnd: number;
  readonly method: number;
  readonly expectedBytes: number;
}

/** An entry as its headers tell of it: in more than one way where they disagree. */
export interface ZipEntry {
  readonly label: string;
  readonly offset: number;
  /** The first is the directory's, which most readers follow. */
  readonly readings: readonly Reading[];
  /** Checksums the content may have. */
  readonly crcs: readonly number[];
  readonly hasDescriptor: boolean;
  readonly isEncrypted: boolean;
  /** Flags 1 and 2: variants of the packing method. */
  readonly methodFlags: number;
  /** Encrypted with keys or in a way that is not published. */
  readonly isStrong: boolean;
  readonly aes: AesField | null;
  /** What the last byte of the traditional encryption's header has to be, by flag 3. */
  readonly check: number;
  /** False: the bytes may only look like an entry, so failing to open it means nothing. */
  readonly isCertain: boolean;
}

/** What directory and local header say together. Where they differ, readers follow one or the other. */
export function entryOf(directory: DirectoryEntry, local: LocalHeader, length: number): ZipEntry {
  const own = readingOf(directory, local.dataStart, length);
  const isDeferred = (local.flags & flags.descriptor) !== 0 || local.packedBytes === 0;
  const other = readingOf(
    isDeferred ? { ...directory, method: local.method } : local,
    local.dataStart,
    length,
  );
  // A stored entry's two sizes have to be equal; readers take either.
  const isUneven = directory.method === 0 && directory.bytes !== directory.packedBytes;
  const third = isUneven
    ? [readingOf({ ...directory, packedBytes: directory.bytes }, local.dataStart, length)]
    : [];
  return {
    ...commonOf(directory, local),
    readings: [own, other, ...third],
    crcs: [directory.crc, local.crc],
    isCertain: true,
  };
}

/** An entry no directory knows; readers of streams see it. */
export function localEntryOf(bytes: Buffer, local: LocalHeader, isCertain: boolean): ZipEntry {
  const isDeferred = (local.flags & flags.descriptor) !== 0;
  const end = isDeferred && local.packedBytes === 0 ? findDescriptor(bytes, local.dataStart) : undefined;
  const packedBytes = end === undefined ? local.packedBytes : end - local.dataStart;
  return {
    ...commonOf(local, local),
    readings: [readingOf({ ...local, packedBytes }, local.dataStart, bytes.length)],
    crcs: [local.crc],
    isCertain,
  };
}

function commonOf(fields: EntryFields, local: LocalHeader) {
  const all = fields.flags | local.flags;
  const isEncrypted = (all & flags.encrypted) !== 0 || [fields.method, local.method].includes(aesMethod);
  return {
    label: decodeName(fields),
    offset: local.offset,
    hasDescriptor: (all & flags.descriptor) !== 0,
    isEncrypted,
    methodFlags: fields.flags & 0x6,
    isStrong: isEncrypted && (all & (flags.strong | flags.masked)) !== 0,
    aes: readAesField(fields.extra) ?? readAesField(local.extra),
    check: (all & flags.descriptor) !== 0 ? fields.time >>> 8 : fields.crc >>> 24,
  };
}

const readingOf = (
  { method, packedBytes, bytes }: Pick<EntryFields, 'method' | 'packedBytes' | 'bytes'>,
  dataStart: number,
  length: number,
): Reading => ({
  dataStart,
  dataEnd: Math.min(dataStart + packedBytes, length),
  method,
  expectedBytes: bytes,
});

/** Where data of unknown length ends: before a descriptor that agrees with it, or before the next record. */
function findDescriptor(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf('PK', start, 'latin1'); at >= 0; at = bytes.indexOf('PK', at + 1, 'latin1')) {
    if (hasSignature(bytes, at, signatures.local) || hasSignature(bytes, at, signatures.directory)) return at;
    const isDescriptor = hasSignature(bytes, at, signatures.descriptor) && at + 12 <= bytes.length;
    if (isDescriptor && bytes.readUInt32LE(at + 8) === at - start) return at;
  }
  return bytes.length;
}

/** Methods of APPNOTE.TXT 4.4.5 and WinZip's AES. */
const knownMethods = new Set([
  0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99,
]);
const newestVersion = 63;

/** Could this stand at the front of an entry? Programs that write zips hold the four bytes too. */
export const isPlausible = (local: LocalHeader, bytes: Buffer): boolean =>
  looksWritten(local, bytes) && local.dataStart + local.packedBytes <= bytes.length;

/** An entry whose data the file ends within: the time of day has to make sense too, since no data can tell. */
export function isCutShort(local: LocalHeader, bytes: Buffer): boolean {
  const isBeyond = local.dataStart + local.packedBytes > bytes.length;
  return isBeyond && looksWritten(local, bytes) && isMoment(bytes.readUInt32LE(local.offset + 10));
}

/** MS-DOS's time and date in one word; none at all is one too. */
function isMoment(word: number): boolean {
  const [seconds, minutes, hours] = [word & 0x1f, (word >>> 5) & 0x3f, (word >>> 11) & 0x1f];
  const [day, month] = [(word >>> 16) & 0x1f, (word >>> 21) & 0xf];
  const isDate = (day >= 1 && month >= 1 && month <= 12) || word >>> 16 === 0;
  return seconds < 30 && minutes < 60 && hours < 24 && isDate;
}

function looksWritten(local: LocalHeader, bytes: Buffer): boolean {
  const version = bytes[local.offset + 4] ?? 255;
  const hasName = local.name.length > 0 && local.name.every((byte) => byte >= 0x20 && byte !== 0x7f);
  return (
    version <= newestVersion &&
    (local.flags & 0xd780) === 0 &&
    knownMethods.has(local.method) &&
    bytes[local.offset + 5] === 0 &&
    hasName
  );
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** A label for people. The flag is set or not by chance, so what can be UTF-8 is taken as that. */
function decodeName({ name }: EntryFields): string {
  try {
    return strictUtf8.decode(name);
  } catch {
    return name.toString('latin1');
  }
}
