import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, opendir, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { ObjectFileWriter, closeFile, flush, openFile, readUpTo, removeFile } from './object-file.js';
import { ObjectStoreError, toObjectStoreError } from './object-store.errors.js';
import type { ObjectStore, ObjectWriter, StoredObject } from './object-store.js';

const keyPattern = /^[0-9a-f]{32}$/;
/** Where objects are while they are being written. */
const incoming = 'incoming';
/** Where sidecars are, in one folder: there are few, and it is looked through often. */
const sidecars = 'sidecars';
const sealedSuffix = '.sealed';
const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
/** All there is in the root: whoever makes them beforehand decides who may write there. */
export const objectFolders: readonly string[] = [incoming, sidecars, ...shards];
const ownMode = 0o600;
const sharedMode = 0o640;
const readChunkBytes = 256 * 1024;

/**
 * Objects as files: `<root>/<first two digits>/<key>`, mode 0600, no extension; 0640 where a group may write into the
 * folders: its members are then services of several accounts. Writers fill `<root>/incoming/<key>`;
 * commit is flush the file, rename, flush the folder (design, "The life of a scan", step 2): after it neither a crash
 * of the process nor of the machine loses or halves the object. One folder for all that is unfinished: written beside
 * the finished ones, an object cost twice the time while others were deleted (measured on ext4 without a journal).
 */
export class FolderObjectStore implements ObjectStore {
  /** Folders flushed after a rename stay open: opening costs more than flushing on many file systems. */
  private readonly folders = new Map<string, Promise<number>>();

  private constructor(
    private readonly root: string,
    private readonly fileMode: number,
  ) {}

  /** `isReadOnly`: for services that may read alone (a mount without write access). */
  static async open(root: string, options: { isReadOnly?: boolean } = {}): Promise<FolderObjectStore> {
    if (options.isReadOnly === true) return new FolderObjectStore(root, ownMode);
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const isRootShared = await isWritableByGroup(root);
      await makeFolder(path.join(root, incoming), isRootShared);
      await Promise.all(shards.map((shard) => makeFolder(path.join(root, shard), isRootShared)));
      await flushFolder(root);
      // The folders may have been made for a group in a root that is not for it to write.
      const isShared = await isWritableByGroup(path.join(root, incoming));
      return new FolderObjectStore(root, isShared ? sharedMode : ownMode);
    } catch (cause) {
      throw toObjectStoreError(cause, 'opening the object store');
    }
  }

  async create(): Promise<ObjectWriter> {
    const key = randomKey();
    return this.createFile(key, this.pathOf(key), key);
  }

  async createAgain(key: string): Promise<ObjectWriter> {
    return this.createFile(key, this.pathOf(key), `${key}.${randomBytes(8).toString('hex')}`);
  }

  async createSealed(key: string): Promise<ObjectWriter> {
    return this.createFile(key, this.sealedOf(key), `${key}.${randomBytes(8).toString('hex')}`);
  }

  private async createFile(key: string, finished: string, unfinished: string): Promise<ObjectWriter> {
    try {
      return await ObjectFileWriter.create({
        key,
        unfinished: path.join(this.root, incoming, unfinished),
        finished,
        mode: this.fileMode,
        flushFolder: () => this.flushShard(path.dirname(finished)),
      });
    } catch (cause) {
      throw toObjectStoreError(cause, 'creating an object');
    }
  }

  async read(key: string, options: { readonly expectedBytes?: number } = {}): Promise<Readable> {
    // One byte more than expected: the first read then says that it was all.
    return this.readFile(this.pathOf(key), (options.expectedBytes ?? readChunkBytes) + 1);
  }

  async readSealed(key: string): Promise<Readable> {
    return this.readFile(this.sealedOf(key), readChunkBytes);
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
    try {
      return await readUpTo(this.pathOf(key), sizeBytes + 1);
    } catch (cause) {
      throw await this.whyNotRead(this.pathOf(key), cause);
    }
  }

  /** An object is missing where its folder is; a store whose folders are gone, as of a disk that is not mounted, says nothing. */
  private async whyNotRead(file: string, cause: unknown): Promise<ObjectStoreError> {
    const error = toObjectStoreError(cause, 'reading an object');
    if (error.code !== 'missing') return error;
    const folder = path.dirname(file);
    return stat(folder).then(
      () => error,
      () =>
        new ObjectStoreError('unavailable', `reading an object: ${this.root} is no object store`, { cause }),
    );
  }

  async delete(key: string): Promise<void> {
    return this.remove(this.pathOf(key));
  }

  async deleteSealed(key: string): Promise<void> {
    return this.remove(this.sealedOf(key));
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
    const finished = this.sidecarOf(key);
    try {
      await this.makeSidecarFolder();
      const writer = await ObjectFileWriter.create({
        key,
        unfinished: path.join(this.root, incoming, `${key}.sidecar`),
        finished,
        mode: this.fileMode,
        flushFolder: () => this.flushShard(path.dirname(finished)),
      });
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
    try {
      return await readUpTo(this.sidecarOf(key), maxBytes + 1);
    } catch (cause) {
      throw toObjectStoreError(cause, 'reading what lies beside an object');
    }
  }

  async deleteSidecar(key: string): Promise<void> {
    return this.remove(this.sidecarOf(key));
  }

  async *listSidecars(): AsyncIterable<StoredObject> {
    const folder = path.join(this.root, sidecars);
    // Made with the first one.
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const found = keyPattern.test(name) ? await describe(folder, name) : null;
      if (found !== null) yield found;
    }
  }

  list(): AsyncIterable<StoredObject> {
    return this.listNamed('');
  }

  listSealed(): AsyncIterable<StoredObject> {
    return this.listNamed(sealedSuffix);
  }

  private async *listNamed(suffix: string): AsyncIterable<StoredObject> {
    for (const shard of await readdir(this.root)) {
      if (!/^[0-9a-f]{2}$/.test(shard)) continue;
      const folder = path.join(this.root, shard);
      for await (const { name } of await opendir(folder)) {
        const key = name.slice(0, name.length - suffix.length);
        const found = keyPattern.test(key) && name.endsWith(suffix) ? await describe(folder, name) : null;
        if (found !== null) yield { ...found, key };
      }
    }
  }

  async freeBytes(): Promise<number> {
    try {
      const { bavail, bsize } = await statfs(this.root);
      return bavail * bsize;
    } catch (cause) {
      throw toObjectStoreError(cause, 'measuring free space');
    }
  }

  async removeLeftovers(olderThanMs: number): Promise<number> {
    const folder = path.join(this.root, incoming);
    let removed = 0;
    for (const name of await readdir(folder)) {
      const found = await describe(folder, name);
      if (found === null || Date.now() - found.modifiedAtMs < olderThanMs) continue;
      // Gone meanwhile is as good.
      await removeFile(path.join(folder, name)).catch(() => undefined);
      removed += 1;
    }
    return removed;
  }

  /** Closes the folders kept open for flushing. */
  async close(): Promise<void> {
    const open = await Promise.allSettled(this.folders.values());
    this.folders.clear();
    await Promise.all(open.map((one) => (one.status === 'fulfilled' ? closeFile(one.value) : undefined)));
  }

  private async flushShard(folder: string): Promise<void> {
    let opened = this.folders.get(folder);
    if (opened === undefined) {
      opened = openFile(folder, 'r');
      this.folders.set(folder, opened);
      opened.catch(() => this.folders.delete(folder));
    }
    await flush(await opened);
  }

  private async makeSidecarFolder(): Promise<void> {
    const made = await makeFolder(path.join(this.root, sidecars), this.fileMode === sharedMode);
    if (made) await flushFolder(this.root);
  }

  private pathOf(key: string): string {
    return path.join(this.root, checked(key).slice(0, 2), key);
  }

  private sealedOf(key: string): string {
    return `${this.pathOf(key)}${sealedSuffix}`;
  }

  private sidecarOf(key: string): string {
    return path.join(this.root, sidecars, checked(key));
  }
}

const keyBytes = 16;
let supply = Buffer.alloc(0);
/** From a supply: random bytes cost a system call, however many they are. */
function randomKey(): string {
  if (supply.length === 0) supply = randomBytes(256 * keyBytes);
  const key = supply.toString('hex', 0, keyBytes);
  supply = supply.subarray(keyBytes);
  return key;
}

function checked(key: string): string {
  if (!keyPattern.test(key)) throw new ObjectStoreError('missing', 'not an object key');
  return key;
}

const isWritableByGroup = async (folder: string): Promise<boolean> =>
  ((await stat(folder)).mode & 0o020) !== 0;

/** Whoever makes it opens it to the group, if it has one; the group is that of the root. */
async function makeFolder(folder: string, isShared: boolean): Promise<boolean> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && isShared) await chmod(folder, 0o2770);
  return made !== undefined;
}

async function describe(folder: string, name: string): Promise<StoredObject | null> {
  try {
    const { size, mtimeMs } = await stat(path.join(folder, name));
    return { key: name, sizeBytes: size, modifiedAtMs: mtimeMs };
  } catch {
    return null; // deleted meanwhile
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
