import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';

const [headBytes, chunkHeadBytes] = [12, 16];
const xz = Buffer.from('fd377a585a00', 'hex');

/**
 * What Apple packs the content of installers in: chunks, each with the size it unpacks to and its own, of which most are
 * streams of xz and some are as they were. Streams that follow each other are given as one, which xz opens as one.
 */
export function* openPbzx(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let run: Buffer[] = [];
  let isRunPacked = true;
  let at = headBytes;
  let isCut = at > bytes.length;
  const give = function* (): Generator<OpenedItem> {
    if (run.length > 0) yield* givePart('content', Buffer.concat(run), budget);
    run = [];
  };
  while (at + chunkHeadBytes <= bytes.length && !isCut) {
    budget.checkTime();
    const size = Number(bytes.readBigUInt64BE(at + 8));
    const start = at + chunkHeadBytes;
    const chunk = bytes.subarray(start, start + size);
    isCut = chunk.length < size;
    const isPacked = chunk.subarray(0, xz.length).equals(xz);
    if (isPacked !== isRunPacked) yield* give();
    isRunPacked = isPacked;
    run.push(chunk);
    at = start + size;
  }
  yield* give();
  if (isCut || at !== bytes.length) yield damaged('it ends within a chunk');
}
