import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { findEnds, localsOf, locateDirectory } from './read-directories.js';
import { isCutShort, isPlausible } from './zip-entry.js';
import {
  type DirectoryEntry,
  type EndRecord,
  type LocalHeader,
  readDirectoryEntry,
  readLocal,
  signatures,
} from './zip-records.js';
import { zipType } from './zip-type.js';

const magics = ['PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', 'PK\x07\x08PK', 'PK00PK\x03\x04', 'PK\x06\x08'];
const startsLikeZip = (bytes: Buffer): boolean => magics.some((magic) => hasAt(bytes, 0, magic));

export const zipDetection = {
  name: 'zip',
  nature: 'wrapper',
  detect(bytes) {
    if (!startsLikeZip(bytes)) return null;
    const mime = zipType(bytes);
    return { mime, isCertain: true, nature: mime === 'application/zip' ? 'wrapper' : 'document' };
  },
} as const satisfies ContainerDetection;

/**
 * A zip may stand behind anything, and other bytes behind it: readers look for the end of its directory from the end on,
 * some far. That an end record and a directory stand where they say is no chance. One cut off before its directory is
 * only guessed at, by a local header.
 */
export function zipBehindDetectionBeside(others: readonly ContainerDetection[], images: ReadonlySet<string>) {
  const names = new Set(others.map((one) => one.name));
  return {
    name: 'zip-behind',
    nature: 'document',
    detect(bytes, before = []) {
      // A database keeps a zip in its last page as it is, in pieces or not.
      if (startsLikeZip(bytes) || before.includes('sqlite')) return null;
      // Such a container accounts for all its bytes: a zip in it is one of its files, one behind it is given as a part.
      const around = before.filter((name) => names.has(name));
      const isInside = around.length > 0;
      const isInImage = isInside && around.every((name) => images.has(name));
      for (const end of findEnds(bytes)) {
        if (isInside && !endsFile(bytes, end) && !(isInImage && isNearEnd(bytes, end))) return null;
        if (locateDirectory(bytes, end) !== null) return { mime, isCertain: true, isBehind: true };
      }
      if (isInside) return null;
      if (hasDirectoryEntry(bytes)) return { mime, isCertain: true, isBehind: true };
      return hasLocal(bytes) ? { mime, isCertain: false, isBehind: true } : null;
    },
  } as const satisfies ContainerDetection;
}

/** Readers look for it in so many bytes from the end on: its own, and a comment of the greatest length. */
const searchedBytes = 22 + 65_535;
const isNearEnd = (bytes: Buffer, { offset }: EndRecord): boolean => bytes.length - offset <= searchedBytes;

const mime = 'application/octet-stream';

const endsFile = (bytes: Buffer, { offset, end }: EndRecord): boolean =>
  end + bytes.readUInt16LE(offset + 20) === bytes.length;

/** A look reads no more than a header and a name: so many of them are a few times the file. */
const looksFor = (bytes: Buffer): number => 1000 + bytes.length / 32;

/** An entry of a directory whose end was cut off, and the entry that it means where it says, by its name. */
function hasDirectoryEntry(bytes: Buffer): boolean {
  const mostLooks = looksFor(bytes);
  let at = bytes.indexOf(signatures.directory);
  for (let looks = 0; at >= 0 && looks < mostLooks; looks += 1) {
    const entry = readDirectoryEntry(bytes, at);
    if (entry !== null && entry.name.length > 0 && localsOf(bytes, entry, 0).some(hasName(entry)))
      return true;
    at = bytes.indexOf(signatures.directory, at + 1);
  }
  return false;
}

const hasName =
  ({ name }: DirectoryEntry) =>
  (local: LocalHeader): boolean =>
    local.name.equals(name);

function hasLocal(bytes: Buffer): boolean {
  const mostLooks = looksFor(bytes);
  let at = bytes.indexOf(signatures.local);
  for (let looks = 0; at >= 0 && looks < mostLooks; looks += 1) {
    const local = readLocal(bytes, at);
    if (local !== null && (isPlausible(local, bytes) || isCutShort(local, bytes))) return true;
    at = bytes.indexOf(signatures.local, at + 1);
  }
  return false;
}
