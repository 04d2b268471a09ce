import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { ObjectStoreError } from './object-store.errors.js';
import type { ObjectStore, ObjectWriter } from './object-store.js';
import type { QuarantineKeys } from './quarantine-keys.js';
import { SealedObjectError } from './sealed-object.errors.js';
import { dataKeyOf, headerBytes, openSealed, readHeader, sealObject } from './sealed-object.js';

/**
 * The bytes of a kept object, sealed or not. Rejects with ObjectStoreError (`missing`), or with SealedObjectError where
 * it cannot be opened; what was altered further behind ends the stream with one.
 */
export async function readKept(
  store: Pick<ObjectStore, 'read' | 'readSealed'>,
  objectKey: string,
  keys: QuarantineKeys | null,
): Promise<Readable> {
  const sealed = await unlessMissing(store.readSealed(objectKey));
  if (sealed !== null) return open(sealed, { objectKey, keys });
  const plain = await unlessMissing(store.read(objectKey));
  // Sealed between the two looks; it may be gone as well, which is the answer then.
  return plain ?? open(await store.readSealed(objectKey), { objectKey, keys });
}

/** The key of this one object, for who is to open it without a key of its own. Null: it is not sealed. */
export async function keptDataKey(
  store: Pick<ObjectStore, 'readSealed'>,
  objectKey: string,
  keys: QuarantineKeys | null,
): Promise<Buffer | null> {
  const sealed = await unlessMissing(store.readSealed(objectKey));
  if (sealed === null) return null;
  try {
    const { start } = await takeStart(sealed);
    return await findDataKey(start, { objectKey, keys });
  } finally {
    sealed.destroy();
  }
}

/** Writes the sealed form beside the object. When it resolves, that survives a crash of the machine. */
export async function sealKept(
  store: Pick<ObjectStore, 'read' | 'createSealed'>,
  objectKey: string,
  publicKey: KeyObject,
): Promise<void> {
  const source = await store.read(objectKey);
  try {
    const pieces = sealObject(source as AsyncIterable<Buffer>, { objectKey, publicKey });
    await writeAll(await store.createSealed(objectKey), pieces);
  } finally {
    source.destroy();
  }
}

/** Puts the plain object back in its place, whole and as it was sealed, or nothing. Rejects as `readKept`. */
export async function restoreKept(
  store: Pick<ObjectStore, 'readSealed' | 'createAgain'>,
  objectKey: string,
  dataKey: Buffer,
): Promise<void> {
  const sealed = await store.readSealed(objectKey);
  try {
    const { start, rest } = await takeStart(sealed);
    const header = readHeader(start);
    await writeAll(await store.createAgain(objectKey), openSealed(rest, { objectKey, header, dataKey }));
  } finally {
    sealed.destroy();
  }
}

async function open(
  sealed: Readable,
  { objectKey, keys }: { objectKey: string; keys: QuarantineKeys | null },
): Promise<Readable> {
  try {
    const { start, rest } = await takeStart(sealed);
    const dataKey = await findDataKey(start, { objectKey, keys });
    const plain = Readable.from(openSealed(rest, { objectKey, header: readHeader(start), dataKey }), {
      objectMode: false,
    });
    return plain.once('close', () => sealed.destroy());
  } catch (error) {
    sealed.destroy();
    throw error;
  }
}

async function findDataKey(
  start: Buffer,
  { objectKey, keys }: { objectKey: string; keys: QuarantineKeys | null },
): Promise<Buffer> {
  const header = readHeader(start);
  if (keys === null)
    throw new SealedObjectError(
      'unknown-key',
      `sealed for key ${header.keyId}: QUARANTINE_KEYS_FILE is not set`,
    );
  return dataKeyOf(header, await keys.find(header.keyId), objectKey);
}

async function writeAll(writer: ObjectWriter, pieces: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const piece of pieces) await writer.write(piece);
    await writer.commit();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The header's bytes, or as many as there are, and what comes behind them. */
async function takeStart(source: Readable): Promise<{ start: Buffer; rest: AsyncIterable<Buffer> }> {
  const pieces = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < headerBytes) {
    const next = await pieces.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  const first = start.subarray(headerBytes);
  async function* rest(): AsyncGenerator<Buffer> {
    yield first;
    yield* { [Symbol.asyncIterator]: () => pieces };
  }
  return { start: start.subarray(0, headerBytes), rest: rest() };
}

async function unlessMissing(reading: Promise<Readable>): Promise<Readable | null> {
  return reading.catch((error: unknown) => {
    if (error instanceof ObjectStoreError && error.code === 'missing') return null;
    throw error;
  });
}
