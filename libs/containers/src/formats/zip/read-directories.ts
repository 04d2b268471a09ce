import type { ByteRanges } from '../byte-ranges.js';
import {
  type DirectoryEntry,
  type EndRecord,
  type LocalHeader,
  hasSignature,
  readDirectoryEntry,
  readEnd,
  readLocal,
  signatures,
} from './zip-records.js';

export interface Directory {
  readonly end: EndRecord;
  readonly start: number;
  /** What has to be added to the offsets it says: bytes that stand before the zip. */
  readonly shift: number;
}

const maxEnds = 64;

/** Where an end record may stand: everywhere, the last first. More than a few are never looked at one by one. */
export function* findEnds(bytes: Buffer): Generator<EndRecord> {
  let at = bytes.length;
  for (let count = 0; count < maxEnds && at > 0; count += 1) {
    at = bytes.lastIndexOf(signatures.end, at - 1);
    if (at < 0) return;
    const end = readEnd(bytes, at);
    if (end !== null) yield end;
  }
}

/** The directory an end record means: right before it, or where it says; null when there is none in either place. */
export function locateDirectory(bytes: Buffer, end: EndRecord): Directory | null {
  for (const start of [end.directoryEnd - end.directoryBytes, end.directoryOffset])
    if (start < end.directoryEnd && readDirectoryEntry(bytes, start) !== null)
      return { end, start, shift: start - end.directoryOffset };
  return null;
}

/** The entries from `start` on, as long as one follows the other. */
export function* readEntries(bytes: Buffer, start: number): Generator<DirectoryEntry> {
  let entry = readDirectoryEntry(bytes, start);
  while (entry !== null) {
    yield entry;
    entry = readDirectoryEntry(bytes, entry.end);
  }
}

/** Local headers an entry may mean: where it says, shifted and not. */
export function localsOf(bytes: Buffer, entry: DirectoryEntry, shift: number): LocalHeader[] {
  const offsets = shift === 0 ? [entry.localOffset] : [entry.localOffset + shift, entry.localOffset];
  return offsets
    .map((offset) => readLocal(bytes, offset))
    .filter((local) => local !== null)
    .filter((local) => hasSignature(bytes, local.offset, signatures.local) || local.name.equals(entry.name));
}

/** Directories no end record leads to, because it was cut off or its numbers are wrong. */
export function* findOrphanEntries(bytes: Buffer, known: ByteRanges): Generator<DirectoryEntry> {
  let at = bytes.indexOf(signatures.directory);
  while (at >= 0) {
    const knownEnd = known.endAt(at);
    const entry = knownEnd === null ? readDirectoryEntry(bytes, at) : null;
    if (entry !== null) yield entry;
    at = bytes.indexOf(signatures.directory, knownEnd ?? entry?.end ?? at + 1);
  }
}
