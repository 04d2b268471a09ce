import { crc32, inflateRawSync } from 'node:zlib';
import { maxPlainBytes } from '@sluice/contracts';
import { hasForeignMark } from './foreign-marks.js';
import { isPlainEntry, isPlainLocal } from './plain-entry.js';
import {
  type DirectoryEntry,
  hasSignature,
  readDirectoryEntry,
  readEnd,
  readLocal,
  signatures,
} from './zip-records.js';

const maxZipBytes = 32 * 1024 * 1024;
/** Of all entries together, for a zip of this size: each is unpacked to see it, and no budget pays for that. */
const maxUnpackedBytes = (zipBytes: number): number => Math.min(maxPlainBytes, 1024 * 1024 + 32 * zipBytes);
/** With as many a content engine was tried. */
const maxEntries = 256;
const [endBytes, descriptorBytes] = [22, 16];

/**
 * Is this a zip that every reader opens alike? One directory, right before an end without a comment; entries one behind the
 * other from the first byte to the directory, in its order, each with a local header that says exactly the same; no two names
 * alike; stored or deflated, unsealed, in streams that end where they should, with the sizes and checksums that are said;
 * none of the format's four marks anywhere else, and nothing that makes it look like another format. Whatever departs from
 * that is no plain zip: of those each file is shown to content engines alone. `checkTime` may throw.
 */
export function isPlainZip(zip: Buffer, checkTime: () => void): boolean {
  if (zip.length > maxZipBytes || hasForeignMark(zip)) return false;
  const entries = directoryOf(zip);
  if (entries === null || !haveNamesOfTheirOwn(entries)) return false;
  const starts = startsOf(zip, entries);
  if (starts === null || !hasOnlyThese(zip, entries, starts)) return false;
  return entries.every((entry, index) => {
    checkTime();
    return holds(zip.subarray(starts[index]?.data, (starts[index]?.data ?? 0) + entry.packedBytes), entry);
  });
}

/** Exactly as many entries as the end says, exactly where it says, with nothing behind. Null: not so. */
function directoryOf(zip: Buffer): DirectoryEntry[] | null {
  const at = zip.length - endBytes;
  const end = at < 0 ? null : readEnd(zip, at);
  if (end === null || end.directoryEnd !== at || end.disk !== 0 || zip.readUInt16LE(at + 6) !== 0)
    return null;
  const isWhole =
    zip.readUInt16LE(at + 8) === end.count &&
    zip.readUInt16LE(at + 20) === 0 &&
    end.count > 0 &&
    end.count <= maxEntries &&
    end.directoryOffset + end.directoryBytes === at;
  if (!isWhole) return null;
  const entries: DirectoryEntry[] = [];
  let next = end.directoryOffset;
  while (entries.length < end.count) {
    const entry = readDirectoryEntry(zip, next);
    if (entry === null || !isPlainEntry(zip, entry)) return null;
    entries.push(entry);
    next = entry.end;
  }
  const unpackedBytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  return next === at && unpackedBytes <= maxUnpackedBytes(zip.length) ? entries : null;
}

function haveNamesOfTheirOwn(entries: readonly DirectoryEntry[]): boolean {
  const names = new Set(entries.map(({ name }) => name.toString('utf8').toLowerCase()));
  return names.size === entries.length;
}

interface Start {
  readonly header: number;
  readonly data: number;
}

/** Where each entry's header and data begin; null when they do not follow one another from the first byte to the directory. */
function startsOf(zip: Buffer, entries: readonly DirectoryEntry[]): Start[] | null {
  const starts: Start[] = [];
  let next = 0;
  for (const entry of entries) {
    const local = readLocal(zip, next);
    if (entry.localOffset !== next || local === null || !isPlainLocal(zip, local, entry)) return null;
    starts.push({ header: next, data: local.dataStart });
    next = local.dataStart + entry.packedBytes;
    if ((entry.flags & 0x8) === 0) continue;
    if (!isDescriptor(zip, next, entry)) return null;
    next += descriptorBytes;
  }
  return next === entries[0]?.offset ? starts : null;
}

/** With its mark, and once more what the directory says. */
const isDescriptor = (zip: Buffer, at: number, { crc, packedBytes, bytes }: DirectoryEntry): boolean =>
  hasSignature(zip, at, signatures.descriptor) &&
  at + descriptorBytes <= zip.length &&
  zip.readUInt32LE(at + 4) === crc &&
  zip.readUInt32LE(at + 8) === packedBytes &&
  zip.readUInt32LE(at + 12) === bytes;

/** Two letters begin every mark of the format; what stands behind them elsewhere has to be none. */
function hasOnlyThese(zip: Buffer, entries: readonly DirectoryEntry[], starts: readonly Start[]): boolean {
  const known = new Set([zip.length - endBytes]);
  entries.forEach((entry, index) => {
    const { header = 0, data = 0 } = starts[index] ?? {};
    known.add(header);
    known.add(entry.offset);
    if ((entry.flags & 0x8) !== 0) known.add(data + entry.packedBytes);
  });
  for (let at = zip.indexOf('PK', 0, 'latin1'); at >= 0; at = zip.indexOf('PK', at + 1, 'latin1'))
    if (!known.has(at) && Object.values(signatures).some((mark) => hasSignature(zip, at, mark))) return false;
  return true;
}

/** The types know no `info`, which is documented: the result and the engine that made it. */
type WithEngine = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

function holds(data: Buffer, { method, bytes, crc }: DirectoryEntry): boolean {
  if (method === 0) return data.length === bytes && crc32(data) === crc;
  try {
    const chunkSize = Math.max(64, Math.min(bytes + 1, 1024 * 1024));
    const options = { maxOutputLength: bytes + 1, chunkSize, info: true };
    const { buffer, engine } = inflateRawSync(data, options) as unknown as WithEngine;
    return buffer.length === bytes && engine.bytesWritten === data.length && crc32(buffer) === crc;
  } catch {
    // Broken, cut, or more than was said: whatever it is, it is not plain.
    return false;
  }
}
