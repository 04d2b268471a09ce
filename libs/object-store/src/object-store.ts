import type { Readable } from 'node:stream';

/** Receives one object's bytes. Exactly one of `commit` and `abort` ends it. */
export interface ObjectWriter {
  /** 32 random lowercase hexadecimal digits. Readable by others only after `commit`. */
  readonly key: string;
  /** Resolves when the chunk is with the operating system: await it, and memory stays flat. */
  write(chunk: Buffer): Promise<void>;
  /** After it resolves the object survives a crash of the machine: bytes and name are flushed. */
  commit(): Promise<void>;
  /** Nothing of the object stays. Never throws. */
  abort(): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/**
 * Keeps bytes under random keys. All methods reject with ObjectStoreError. An object has a file of its own, or shares one,
 * the group file, with others that came at the same time (ADR 50): its key then says where it lies in it. Only `read` and
 * `readWhole` make no difference between the two.
 */
export interface ObjectStore {
  create(): Promise<ObjectWriter>;
  /**
   * A small object (64 KiB at most), whole. When it resolves with the key, the object survives a crash of the machine. It
   * shares a file when others came while a flush was under way; a lone one has its own, at once. The bytes are not copied:
   * they stay as they are until then. When it rejects nothing of the object is visible.
   */
  createShared(bytes: Buffer): Promise<string>;
  /**
   * Rejects with `missing` before the first byte when there is no such object, with `short` when the file that it shares
   * ends before it. `expectedBytes` only sizes the buffers:
   * small objects are then read without large ones.
   */
  read(key: string, options?: { readonly expectedBytes?: number }): Promise<Readable>;
  /**
   * A small object in one piece: cheaper than a stream. Of an object larger than `sizeBytes` one byte more comes back, so
   * that the difference shows. Rejects as `read` does.
   */
  readWhole(key: string, sizeBytes: number): Promise<Buffer>;
  /** Removing what isn't there is no error. Does nothing for an object that shares a file: that goes as a whole, `deleteGroup`. */
  delete(key: string): Promise<void>;
  /** A file that objects share, with all that is in it. Removing what isn't there is no error. */
  deleteGroup(groupKey: string): Promise<void>;
  /** Every group file under its group's key, in no order. */
  listGroups(): AsyncIterable<StoredObject>;
  /**
   * A copy with a file of its own, of an object that shares one. Gives its key; it is as durable as an object then. Rejects
   * with `altered` when its bytes are not those of `sha256` (hexadecimal; null: not known): they may be a neighbour's.
   */
  copyOut(key: string, sha256: string | null): Promise<string>;
  /** A kept object's encrypted form lies beside it, under the same key; written anew it replaces the one before. There is none, and no sidecar, of an object that shares a file. */
  createSealed(key: string): Promise<ObjectWriter>;
  /** Rejects with `missing` before the first byte when there is none. */
  readSealed(key: string): Promise<Readable>;
  /** Removing what isn't there is no error. */
  deleteSealed(key: string): Promise<void>;
  /** Every sealed form, under its object's key, also of objects that are gone. */
  listSealed(): AsyncIterable<StoredObject>;
  /** The same object once more, under the key it had. */
  createAgain(key: string): Promise<ObjectWriter>;
  /** Something small that lies beside an object for the time of its scan. As durable as an object when it resolves. */
  writeSidecar(key: string, bytes: Buffer): Promise<void>;
  /** One byte more than `maxBytes` of one that is larger. Rejects with `missing` when there is none. */
  readSidecar(key: string, maxBytes: number): Promise<Buffer>;
  /** Removing what isn't there is no error. */
  deleteSidecar(key: string): Promise<void>;
  /** Every sidecar, under its object's key, also of objects that are gone. */
  listSidecars(): AsyncIterable<StoredObject>;
  /** Every committed object with a file of its own, in no order. */
  list(): AsyncIterable<StoredObject>;
  freeBytes(): Promise<number>;
  /** Removes what interrupted writers left behind, older than the given age. */
  removeLeftovers(olderThanMs: number): Promise<number>;
}
