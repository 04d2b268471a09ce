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

/** Keeps bytes under random keys. All methods reject with ObjectStoreError. */
export interface ObjectStore {
  create(): Promise<ObjectWriter>;
  /**
   * Rejects with `missing` before the first byte when there is no such object. `expectedBytes` only sizes the buffers:
   * small objects are then read without large ones.
   */
  read(key: string, options?: { readonly expectedBytes?: number }): Promise<Readable>;
  /**
   * A small object in one piece: cheaper than a stream. Of an object larger than `sizeBytes` one byte more comes back, so
   * that the difference shows. Rejects with `missing` when there is none.
   */
  readWhole(key: string, sizeBytes: number): Promise<Buffer>;
  /** Removing what isn't there is no error. */
  delete(key: string): Promise<void>;
  /** A kept object's encrypted form lies beside it, under the same key; written anew it replaces the one before. */
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
  /** Every committed object, in no order. */
  list(): AsyncIterable<StoredObject>;
  freeBytes(): Promise<number>;
  /** Removes what interrupted writers left behind, older than the given age. */
  removeLeftovers(olderThanMs: number): Promise<number>;
}
