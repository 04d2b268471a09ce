import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import type { DocumentStreams } from '../document-streams.js';
import type { CompoundStream } from './compound-file.js';
import { isOle } from './detect-ole.js';

const signature = 'HWP Document File';
const flagsAt = 36;

/** Of Hangul's word processor (HWP 5.0, 3.2.1); null: another program's document. */
export function hwpFlags(
  streams: readonly CompoundStream[],
  read: (stream: CompoundStream) => Buffer,
): { readonly isPacked: boolean; readonly isSealed: boolean } | null {
  const stream = streams.find(({ name, storages }) => name === 'FileHeader' && storages.length === 0);
  const header = stream === undefined ? Buffer.alloc(0) : read(stream);
  if (header.length < flagsAt + 4 || header.toString('latin1', 0, signature.length) !== signature)
    return null;
  const flags = header.readUInt32LE(flagsAt);
  return { isPacked: (flags & 1) !== 0, isSealed: (flags & 2) !== 0 };
}

const storages = new Set(['BinData', 'BodyText', 'ViewText', 'Scripts', 'DocHistory']);
export const isHwpStorage = (stream: CompoundStream): boolean =>
  storages.has(stream.storages[0] ?? '') || stream.name === 'DocInfo';

/** What stands in such a stream unpacked; an OLE object has its length in front. */
export function* packedFile(
  label: string,
  content: Buffer,
  { budget, streams }: { budget: ContainerBudget; streams: DocumentStreams },
): Generator<OpenedItem> {
  const plain = inflateWithin(content, budget, 'raw');
  if (plain === null) return;
  yield* streams.file(`${label} (unpacked)`, plain);
  if (isOle(plain.subarray(4))) yield* streams.file(`${label} (object)`, plain.subarray(4));
}
