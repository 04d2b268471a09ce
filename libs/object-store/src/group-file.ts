import { sharedObjectKey } from '@sluice/contracts';
import {
  type FilePlaces,
  type Place,
  closeFile,
  closeNow,
  flush,
  openFile,
  readPlace,
  removeFile,
  renameFile,
  writeAll,
} from './object-file.js';
import { ObjectStoreError, toObjectStoreError } from './object-store.errors.js';

/** What a group file is made with. */
export const groupFileSystem = { openFile, writeAll, flush, renameFile, closeFile, closeNow, removeFile };
export type GroupFileSystem = typeof groupFileSystem;

interface GroupPlaces extends FilePlaces {
  readonly groupKey: string;
}

/**
 * A file of several objects, written whole in one go: write, flush, rename, flush the folder, and never a byte more.
 * Resolves with their keys, in order. Rejects with ObjectStoreError, and no file stays then.
 */
export async function writeGroupFile(
  objects: readonly Buffer[],
  places: GroupPlaces,
  files: GroupFileSystem,
): Promise<readonly string[]> {
  try {
    await writeUnfinished(objects, places, files);
    await files.renameFile(places.unfinished, places.finished);
    await places.flushFolder();
  } catch (cause) {
    // No one has a key of it. What cannot be removed either is left to those who look for what was left.
    for (const file of [places.unfinished, places.finished])
      await files.removeFile(file).catch(() => undefined);
    throw toObjectStoreError(cause, 'storing a group of objects');
  }
  let offset = 0;
  return objects.map(({ length }) => {
    offset += length;
    return sharedObjectKey(places.groupKey, offset - length, length);
  });
}

async function writeUnfinished(
  objects: readonly Buffer[],
  { unfinished, mode }: GroupPlaces,
  files: GroupFileSystem,
): Promise<void> {
  const file = await files.openFile(unfinished, 'wx', mode);
  try {
    await files.writeAll(file, objects);
    await files.flush(file);
  } catch (error) {
    // The error that matters is known.
    await files.closeFile(file).catch(() => undefined);
    throw error;
  }
  // All of it is on disk: nothing to wait for.
  files.closeNow(file);
}

export type ReadPlace = typeof readPlace;

/**
 * One object of a group file. Rejects with the file system's error, or with `short`, after a second look: a group is whole
 * from its rename on, so that bytes which are not there are the store's fault, and nothing is said about the object.
 */
export async function readGroupFile(
  file: string,
  place: Place,
  read: ReadPlace = readPlace,
): Promise<Buffer> {
  for (let look = 0; look < 2; look++) {
    const bytes = await read(file, place);
    if (bytes.length === place.length) return bytes;
  }
  throw new ObjectStoreError('short', 'reading an object: its group file ends before it');
}
