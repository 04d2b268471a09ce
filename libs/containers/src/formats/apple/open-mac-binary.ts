import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { macHeaderBytes } from './detect-mac-binary.js';

const blocksOf = (sizeBytes: number): number => Math.ceil(sizeBytes / macHeaderBytes) * macHeaderBytes;

/** A header, a second one of the length it says, the data fork, the resource fork, each in whole blocks. */
export function* openMacBinary(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const [dataBytes, resourceBytes] = [bytes.readUInt32BE(83), bytes.readUInt32BE(87)];
  const dataAt = macHeaderBytes + blocksOf(bytes.readUInt16BE(120));
  const resourceAt = dataAt + blocksOf(dataBytes);
  const end = resourceAt + resourceBytes;
  if (dataBytes + resourceBytes === 0) yield { kind: 'empty' };
  yield* givePart('data fork', bytes.subarray(dataAt, dataAt + dataBytes), budget);
  yield* givePart('resource fork', bytes.subarray(resourceAt, end), budget);
  if (Math.max(dataAt + dataBytes, resourceBytes > 0 ? end : 0) > bytes.length)
    yield damaged('it ends too early');
  else yield* giveRemains(bytes, [[resourceAt + blocksOf(resourceBytes), bytes.length]], budget);
}
