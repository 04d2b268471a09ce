import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { maxSharedBytes } from '@sluice/contracts';
import {
  FolderLayout,
  flushFolder,
  groupSuffix,
  isShared,
  isWritableByGroup,
  makeFolder,
  parsedKey,
  randomKey,
  sealedSuffix,
  shards,
} from './folder-layout.js';
import { GatherObjects } from './gather-objects.js';
import {
  type GroupFileSystem,
  type ReadPlace,
  groupFileSystem,
  readGroupFile,
  writeGroupFile,
} from './group-file.js';
import { describeFile, listFiles, listFolder } from './list-files.js';
import { KeptOpenFolders } from './kept-open-folders.js';
import { KeptOpenGroups } from './kept-open-groups.js';
import { type FilePlaces, ObjectFileWriter, readUpTo, removeFile } from './object-file.js';
import { ObjectStoreError, toObjectStoreError } from './object-store.errors.js';
import type { ObjectStore, ObjectWriter, StoredObject } from './object-store.js';

const ownMode = 0o600;
const sharedMode = 0o640;
const readChunkBytes = 256 * 1024;

/**
 * Objects as files: `<root>/<first two digits>/<key>`, mode 0600, no extension; 0640 where a group may write into the
 * folders: its members are then services of several accounts. Writers fill `<root>/incoming/<key>`;
 * commit is flush the file, rename, flush the folder (design, "The life of a scan", step 2): after it neither a crash
 * of the process nor of the machine loses or halves the object. One folder for all that is unfinished: written beside
 * the finished ones, an object cost twice the time while others were deleted (measured on ext4 without a journal).
 * Objects that share a file lie in `<root>/<first two digits>/<32 digits>.group`, one behind the other.
 */
export class FolderObjectStore implements ObjectStore {
  private readonly folders: KeptOpenFolders;
  private readonly openGroups = new KeptOpenGroups();
  private readonly layout: FolderLayout;
  private readonly gathered = new GatherObjects({
    writeOne: (bytes) => this.writeOne(bytes),
    writeGroup: (objects) => this.writeGroup(objects),
  });

  private constructor(
    root: string,
    private readonly fileMode: number,
    private readonly groupFiles: GroupFileSystem = groupFileSystem,
  ) {
    this.layout = new FolderLayout(root);
    this.folders = new KeptOpenFolders((file) => groupFiles.flush(file));
  }

  /** `isReadOnly`: for services that may read alone (a mount without write access). `groupFiles`: for tests, one that fails. */
  static async open(
    root: string,
    options: { isReadOnly?: boolean; groupFiles?: GroupFileSystem } = {},
  ): Promise<FolderObjectStore> {
    if (options.isReadOnly === true) return new FolderObjectStore(root, ownMode);
    const { incoming } = new FolderLayout(root);
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const isRootShared = await isWritableByGroup(root);
      await makeFolder(incoming, isRootShared);
      await Promise.all(shards.map((shard) => makeFolder(path.join(root, shard), isRootShared)));
      await flushFolder(root);
      // The folders may have been made for a group in a root that is not for it to write.
      const mode = (await isWritableByGroup(incoming)) ? sharedMode : ownMode;
      return new FolderObjectStore(root, mode, options.groupFiles);
    } catch (cause) {
      throw toObjectStoreError(cause, 'opening the object store');
    }
  }

  async create(): Promise<ObjectWriter> {
    const key = randomKey();
    return this.createFile(key, this.layout.object(key), key);
  }

  async createAgain(key: string): Promise<ObjectWriter> {
    return this.createFile(key, this.layout.object(key), `${key}.${randomBytes(8).toString('hex')}`);
  }

  async createSealed(key: string): Promise<ObjectWriter> {
    return this.createFile(key, this.layout.sealed(key), `${key}.${randomBytes(8).toString('hex')}`);
  }

  async createShared(bytes: Buffer): Promise<string> {
    if (bytes.length === 0 || bytes.length > maxSharedBytes) return this.writeOne(bytes);
    return this.gathered.store(bytes);
  }

  private async createFile(key: string, finished: string, unfinished: string): Promise<ObjectWriter> {
    try {
      return await ObjectFileWriter.create({ key, ...this.places(unfinished, finished) });
    } catch (cause) {
      throw toObjectStoreError(cause, 'creating an object');
    }
  }

  private async writeOne(bytes: Buffer): Promise<string> {
    const writer = await this.create();
    try {
      await writer.write(bytes);
      await writer.commit();
      return writer.key;
    } catch (error) {
      await writer.abort();
      // Its folder's flush may have been what failed.
      await removeFile(this.layout.object(writer.key)).catch(() => undefined);
      throw error;
    }
  }

  private writeGroup(objects: readonly Buffer[]): Promise<readonly string[]> {
    const groupKey = randomKey();
    const finished = this.layout.group(groupKey);
    const places = { groupKey, ...this.places(path.basename(finished), finished) };
    return writeGroupFile(objects, places, this.groupFiles);
  }

  private places(unfinished: string, finished: string): FilePlaces {
    return {
      unfinished: this.layout.unfinished(unfinished),
      finished,
      mode: this.fileMode,
      flushFolder: () => this.folders.flush(path.dirname(finished)),
    };
  }

  async read(key: string, options: { readonly expectedBytes?: number } = {}): Promise<Readable> {
    const shared = await this.readShared(key);
    if (shared !== null) return Readable.from([shared], { objectMode: false });
    // One byte more than expected: the first read then says that it was all.
    return this.readFile(this.layout.object(key), (options.expectedBytes ?? readChunkBytes) + 1);
  }

  async readSealed(key: string): Promise<Readable> {
    if (isShared(key)) throw new ObjectStoreError('missing', 'reading an object: it shares a file');
    return this.readFile(this.layout.sealed(key), readChunkBytes);
  }

  private async readFile(file: string, wantedBytes: number): Promise<Readable> {
    try {
      const opened = await open(file, 'r');
      return opened.createReadStream({ highWaterMark: Math.min(readChunkBytes, wantedBytes) });
    } catch (cause) {
      throw await this.whyNotRead(file, cause);
    }
  }

  async readWhole(key: string, sizeBytes: number): Promise<Buffer> {
    const shared = await this.readShared(key, (file, place) => this.openGroups.read(file, place));
    if (shared !== null) return shared.subarray(0, sizeBytes + 1);
    const file = this.layout.object(key);
    try {
      return await readUpTo(file, sizeBytes + 1);
    } catch (cause) {
      throw await this.whyNotRead(file, cause);
    }
  }

  /** Null: it has a file of its own. */
  private async readShared(key: string, readPlace?: ReadPlace): Promise<Buffer | null> {
    const parsed = parsedKey(key);
    if (parsed.kind === 'own') return null;
    const file = this.layout.group(parsed.groupKey);
    try {
      return await readGroupFile(file, parsed, readPlace);
    } catch (cause) {
      throw await this.whyNotRead(file, cause);
    }
  }

  /** An object is missing where its folder is; a store whose folders are gone, as of a disk that is not mounted, says nothing. */
  private async whyNotRead(file: string, cause: unknown): Promise<ObjectStoreError> {
    const error = toObjectStoreError(cause, 'reading an object');
    if (error.code !== 'missing') return error;
    const { root } = this.layout;
    return stat(path.dirname(file)).then(
      () => error,
      () => new ObjectStoreError('unavailable', `reading an object: ${root} is no object store`, { cause }),
    );
  }

  async copyOut(key: string, sha256: string | null): Promise<string> {
    const bytes = await this.readShared(key);
    if (bytes === null)
      throw new ObjectStoreError('unavailable', 'copying an object: it has a file of its own');
    if (sha256 !== null && createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new ObjectStoreError('altered', 'copying an object: its bytes are not those it was stored with');
    return this.writeOne(bytes);
  }

  async delete(key: string): Promise<void> {
    if (!isShared(key)) await this.remove(this.layout.object(key));
  }

  async deleteSealed(key: string): Promise<void> {
    if (!isShared(key)) await this.remove(this.layout.sealed(key));
  }

  async deleteGroup(groupKey: string): Promise<void> {
    await this.remove(this.layout.group(groupKey));
  }

  private async remove(file: string): Promise<void> {
    try {
      // Not `rm`: that one looks at the file first, in the main thread.
      await removeFile(file);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw toObjectStoreError(cause, 'deleting an object');
    }
  }

  async writeSidecar(key: string, bytes: Buffer): Promise<void> {
    const finished = this.layout.sidecar(key);
    try {
      const made = await makeFolder(this.layout.sidecars, this.fileMode === sharedMode);
      if (made) await flushFolder(this.layout.root);
      const writer = await ObjectFileWriter.create({ key, ...this.places(`${key}.sidecar`, finished) });
      await writer.write(bytes).catch(async (error: unknown) => {
        await writer.abort();
        throw error;
      });
      await writer.commit();
    } catch (cause) {
      throw toObjectStoreError(cause, 'storing what lies beside an object');
    }
  }

  async readSidecar(key: string, maxBytes: number): Promise<Buffer> {
    if (isShared(key))
      throw new ObjectStoreError('missing', 'nothing lies beside an object that shares a file');
    try {
      return await readUpTo(this.layout.sidecar(key), maxBytes + 1);
    } catch (cause) {
      throw toObjectStoreError(cause, 'reading what lies beside an object');
    }
  }

  async deleteSidecar(key: string): Promise<void> {
    if (!isShared(key)) await this.remove(this.layout.sidecar(key));
  }

  listSidecars(): AsyncIterable<StoredObject> {
    return listFolder(this.layout.sidecars, '');
  }

  list(): AsyncIterable<StoredObject> {
    return listFiles(this.layout.root, '');
  }

  listSealed(): AsyncIterable<StoredObject> {
    return listFiles(this.layout.root, sealedSuffix);
  }

  listGroups(): AsyncIterable<StoredObject> {
    return listFiles(this.layout.root, groupSuffix);
  }

  async freeBytes(): Promise<number> {
    try {
      const { bavail, bsize } = await statfs(this.layout.root);
      return bavail * bsize;
    } catch (cause) {
      throw toObjectStoreError(cause, 'measuring free space');
    }
  }

  async removeLeftovers(olderThanMs: number): Promise<number> {
    const folder = this.layout.incoming;
    let removed = 0;
    for (const name of await readdir(folder)) {
      const found = await describeFile(folder, name);
      if (found === null || Date.now() - found.modifiedAtMs < olderThanMs) continue;
      // Gone meanwhile is as good.
      await removeFile(path.join(folder, name)).catch(() => undefined);
      removed += 1;
    }
    return removed;
  }

  /** Closes what is kept open: folders for flushing, group files for reading. */
  async close(): Promise<void> {
    this.openGroups.closeAll();
    await this.folders.close();
  }
}
