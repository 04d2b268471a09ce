import { ObjectStoreError, SealedObjectError } from '@sluice/object-store';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

/** The bytes that were judged, or why there are none to send. */
export type KeptMail =
  | {
      readonly kind: 'kept';
      readonly sizeBytes: number;
      readonly hasEightBits: boolean;
      read(): Promise<Readable>;
    }
  | { readonly kind: 'gone'; readonly why: string }
  /** Encrypted for a key that is not here, or the store does not answer: that may change. */
  | { readonly kind: 'unreadable'; readonly why: string };

/** What is kept, opened where it is sealed. */
export interface KeptStore {
  read(objectKey: string): Promise<Readable>;
}

/** Of a mail of this size or less the bytes that were looked at are those that are sent: it is opened once. */
const maxHeldBytes = 256 * 1024;

const notTheOne = { kind: 'gone', why: 'the stored mail is not the one that was judged' } as const;

/**
 * Looks at the whole object before it is sent: bytes that are not those of the verdict are never sent as these, and the
 * receiver is asked for 8BITMIME only when there is something that needs it.
 */
export async function readKeptMail(
  openStore: () => Promise<KeptStore>,
  { objectKey, sha256 }: { readonly objectKey: string; readonly sha256: string },
): Promise<KeptMail> {
  const hash = createHash('sha256');
  let [sizeBytes, hasEightBits] = [0, false];
  let held: Buffer[] | null = [];
  let store: KeptStore;
  try {
    store = await openStore();
    for await (const chunk of (await store.read(objectKey)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      hasEightBits ||= chunk.some((byte) => byte > 0x7f);
      if (sizeBytes > maxHeldBytes) held = null;
      held?.push(chunk);
    }
  } catch (error) {
    return whyNot(error);
  }
  if (hash.digest('hex') !== sha256) return notTheOne;
  const bytes = held === null ? null : Buffer.concat(held);
  const read = (): Promise<Readable> =>
    bytes === null ? store.read(objectKey) : Promise.resolve(Readable.from([bytes], { objectMode: false }));
  return { kind: 'kept', sizeBytes, hasEightBits, read };
}

function whyNot(error: unknown): Exclude<KeptMail, { kind: 'kept' }> {
  if (error instanceof ObjectStoreError)
    return error.code === 'missing'
      ? { kind: 'gone', why: 'the mail is no longer kept' }
      : { kind: 'unreadable', why: `the object store cannot be read: ${error.message}` };
  if (error instanceof SealedObjectError)
    return error.code === 'altered' ? notTheOne : { kind: 'unreadable', why: error.message };
  // A disk that fails while it is read.
  if (error instanceof Error && 'syscall' in error)
    return { kind: 'unreadable', why: `the object store cannot be read: ${error.message}` };
  throw error;
}
