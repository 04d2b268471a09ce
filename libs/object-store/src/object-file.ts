import { close, closeSync, fsync, open, read, rename, unlink, write, writev } from 'node:fs';
import { promisify } from 'node:util';
import { toObjectStoreError } from './object-store.errors.js';
import type { ObjectWriter } from './object-store.js';

// Descriptors: the handles of `fs/promises` cost twice as much, and every scan writes and reads one small file.
export const openFile = promisify(open);
export const closeFile = promisify(close);
export const flush = promisify(fsync);
export const removeFile = promisify(unlink);
export const renameFile = promisify(rename);
export const closeNow = closeSync;

/** `position` null: behind what was read before. */
const readInto = (file: number, into: Buffer, offset: number, position: number | null): Promise<number> =>
  new Promise((resolve, reject) =>
    read(file, into, offset, into.length - offset, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    ),
  );

const writeFrom = (file: number, bytes: Buffer, offset: number): Promise<number> =>
  new Promise((resolve, reject) =>
    write(file, bytes, offset, bytes.length - offset, null, (error, count) =>
      error === null ? resolve(count) : reject(error),
    ),
  );

const writeVector = (file: number, buffers: readonly Buffer[]): Promise<number> =>
  new Promise((resolve, reject) =>
    writev(file, buffers, null, (error, count) => (error === null ? resolve(count) : reject(error))),
  );

async function writeRest(file: number, bytes: Buffer): Promise<void> {
  for (let offset = 0; offset < bytes.length;) offset += await writeFrom(file, bytes, offset);
}

/** All of them, one behind the other. */
export async function writeAll(file: number, buffers: readonly Buffer[]): Promise<void> {
  const written = await writeVector(file, buffers);
  const total = buffers.reduce((sum, { length }) => sum + length, 0);
  if (written < total) await writeRest(file, Buffer.concat(buffers).subarray(written));
}

export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What a file has there: fewer bytes where it ends before. */
export async function readPlace(path: string, place: Place): Promise<Buffer> {
  const file = await openFile(path, 'r');
  try {
    return await readAt(file, place);
  } finally {
    closeSync(file);
  }
}

export async function readAt(file: number, { offset, length }: Place): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let [got, count] = [0, 0];
  do {
    count = await readInto(file, buffer, got, offset + got);
    got += count;
  } while (count !== 0 && got < length);
  return buffer.subarray(0, got);
}

/**
 * A whole file, or its first `maxBytes`. Whoever asks allows one byte more than there should be: a read that had room for
 * it and brought all the others came to the end, and is not asked again whether it did.
 */
export async function readUpTo(path: string, maxBytes: number): Promise<Buffer> {
  const file = await openFile(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(maxBytes);
    let length = 0;
    // Elsewhere a short read alone doesn't say that it was all.
    let count: number;
    do {
      count = await readInto(file, buffer, length, null);
      length += count;
    } while (count !== 0 && length < maxBytes - 1);
    return buffer.subarray(0, length);
  } finally {
    // Nothing was written, so there is nothing to wait for: handing it to another thread costs more than doing it.
    closeSync(file);
  }
}

export interface FilePlaces {
  /** Where it is written, and what it is called when it is whole; in one file system. */
  readonly unfinished: string;
  readonly finished: string;
  readonly mode: number;
  readonly flushFolder: () => Promise<void>;
}

interface Places extends FilePlaces {
  readonly key: string;
}

/** One object on its way: commit is flush the file, rename, flush the folder. */
export class ObjectFileWriter implements ObjectWriter {
  private isEnded = false;

  private constructor(
    private readonly file: number,
    private readonly places: Places,
  ) {}

  /** Rejects with the file system's error. */
  static async create(places: Places): Promise<ObjectFileWriter> {
    return new ObjectFileWriter(await openFile(places.unfinished, 'wx', places.mode), places);
  }

  get key(): string {
    return this.places.key;
  }

  async write(chunk: Buffer): Promise<void> {
    // The number of a closed file soon means another one.
    if (this.isEnded) throw new Error('the object is ended already');
    try {
      await writeRest(this.file, chunk);
    } catch (cause) {
      throw toObjectStoreError(cause, 'writing an object');
    }
  }

  async commit(): Promise<void> {
    const { unfinished, finished, flushFolder } = this.places;
    try {
      await flush(this.file);
      await renameFile(unfinished, finished);
      // Before the folder is flushed: what fails from here on is an orphan, and swept as one.
      this.isEnded = true;
      // All of it is on disk: nothing to wait for either.
      closeSync(this.file);
      await flushFolder();
    } catch (cause) {
      throw toObjectStoreError(cause, 'storing an object');
    }
  }

  async abort(): Promise<void> {
    if (this.isEnded) return;
    this.isEnded = true;
    // Already closed or already gone: both mean there is nothing left to undo.
    await closeFile(this.file).catch(() => undefined);
    await removeFile(this.places.unfinished).catch(() => undefined);
  }
}
