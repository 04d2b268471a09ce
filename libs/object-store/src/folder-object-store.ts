import { randomBytes } from 'node:crypto';
import {
  mkdir,
  open,
  opendir,
  readdir,
  rename,
  rm,
  stat,
  statfs,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { ObjectStoreError, toObjectStoreError } from './object-store.errors.js';
import type { ObjectStore, ObjectWriter, StoredObject } from './object-store.js';

const keyPattern = /^[0-9a-f]{32}$/;
const readChunkBytes = 256 * 1024;

/**
 * Objects as files: `<root>/<first two digits>/<key>`, mode 0600, no extension. Writers fill `<root>/incoming/<key>`;
 * commit is flush the file, rename, flush the folder (design, "The life of a scan", step 2): after it neither a crash
 * of the process nor of the machine loses or halves the object.
 */
export class FolderObjectStore implements ObjectStore {
  /** Folders flushed after a rename stay open: opening costs more than flushing on many file systems. */
  private readonly folders = new Map<string, Promise<FileHandle>>();

  private constructor(private readonly root: string) {}

  /** `isReadOnly`: for services that may read alone (a mount without write access). */
  static async open(root: string, options: { isReadOnly?: boolean } = {}): Promise<FolderObjectStore> {
    if (options.isReadOnly === true) return new FolderObjectStore(root);
    try {
      await mkdir(path.join(root, 'incoming'), { recursive: true, mode: 0o700 });
      const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
      await Promise.all(
        shards.map((shard) => mkdir(path.join(root, shard), { recursive: true, mode: 0o700 })),
      );
      await flushFolder(root);
    } catch (cause) {
      throw toObjectStoreError(cause, 'opening the object store');
    }
    return new FolderObjectStore(root);
  }

  async create(): Promise<ObjectWriter> {
    const key = randomBytes(16).toString('hex');
    const incoming = path.join(this.root, 'incoming', key);
    try {
      const file = await open(incoming, 'wx', 0o600);
      return new FolderObjectWriter(key, incoming, file, (from) => this.publish(key, from));
    } catch (cause) {
      throw toObjectStoreError(cause, 'creating an object');
    }
  }

  async read(key: string, options: { readonly expectedBytes?: number } = {}): Promise<Readable> {
    try {
      const file = await open(this.pathOf(key), 'r');
      // One byte more than expected: the first read then says that it was all.
      const wantedBytes = (options.expectedBytes ?? readChunkBytes) + 1;
      return file.createReadStream({ highWaterMark: Math.min(readChunkBytes, wantedBytes) });
    } catch (cause) {
      throw toObjectStoreError(cause, 'reading an object');
    }
  }

  async delete(key: string): Promise<void> {
    try {
      // Not `rm`: that one looks at the file first, in the main thread.
      await unlink(this.pathOf(key));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw toObjectStoreError(cause, 'deleting an object');
    }
  }

  async *list(): AsyncIterable<StoredObject> {
    for (const shard of await readdir(this.root)) {
      if (!/^[0-9a-f]{2}$/.test(shard)) continue;
      for await (const entry of await opendir(path.join(this.root, shard))) {
        const found = keyPattern.test(entry.name) ? await this.describe(entry.name) : null;
        if (found !== null) yield found;
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
    const incoming = path.join(this.root, 'incoming');
    let removed = 0;
    for (const name of await readdir(incoming)) {
      const file = path.join(incoming, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (Date.now() - mtimeMs < olderThanMs) continue;
      await rm(file, { force: true });
      removed += 1;
    }
    return removed;
  }

  /** Closes the folders kept open for flushing. */
  async close(): Promise<void> {
    const open = await Promise.allSettled(this.folders.values());
    this.folders.clear();
    await Promise.all(open.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
  }

  private async publish(key: string, from: string): Promise<void> {
    const to = this.pathOf(key);
    await rename(from, to);
    await this.flushShard(path.dirname(to));
  }

  private async flushShard(folder: string): Promise<void> {
    let handle = this.folders.get(folder);
    if (handle === undefined) {
      handle = open(folder, 'r');
      this.folders.set(folder, handle);
      handle.catch(() => this.folders.delete(folder));
    }
    await (await handle).sync();
  }

  private async describe(key: string): Promise<StoredObject | null> {
    try {
      const { size, mtimeMs } = await stat(this.pathOf(key));
      return { key, sizeBytes: size, modifiedAtMs: mtimeMs };
    } catch {
      return null; // deleted meanwhile
    }
  }

  private pathOf(key: string): string {
    if (!keyPattern.test(key)) throw new ObjectStoreError('missing', 'not an object key');
    return path.join(this.root, key.slice(0, 2), key);
  }
}

class FolderObjectWriter implements ObjectWriter {
  private isEnded = false;

  constructor(
    readonly key: string,
    private readonly incoming: string,
    private readonly file: FileHandle,
    private readonly publish: (from: string) => Promise<void>,
  ) {}

  async write(chunk: Buffer): Promise<void> {
    try {
      for (let offset = 0; offset < chunk.length;) {
        const { bytesWritten } = await this.file.write(chunk, offset);
        offset += bytesWritten;
      }
    } catch (cause) {
      throw toObjectStoreError(cause, 'writing an object');
    }
  }

  async commit(): Promise<void> {
    try {
      await this.file.sync();
      await this.file.close();
      await this.publish(this.incoming);
      this.isEnded = true;
    } catch (cause) {
      throw toObjectStoreError(cause, 'storing an object');
    }
  }

  async abort(): Promise<void> {
    if (this.isEnded) return;
    this.isEnded = true;
    // Already closed or already gone: both mean there is nothing left to undo.
    await this.file.close().catch(() => undefined);
    await rm(this.incoming, { force: true }).catch(() => undefined);
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
