import type { OpenContext } from '../../container-format.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';

const smallestHead = 16;
const label = 'content';

/** A file as Linux keeps it packed on a disc (zisofs): where its blocks begin, then each of them, packed as zlib does. */
export function* openZisofs(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  if (bytes.length < smallestHead) return yield damaged('its header is not whole', label);
  const [size, headBytes, power] = [bytes.readUInt32LE(8), (bytes[12] ?? 0) * 4, bytes[13] ?? 0];
  const blockBytes = 2 ** power;
  const count = Math.ceil(size / blockBytes);
  const tableEnd = headBytes + (count + 1) * 4;
  if (power < 15 || power > 17 || tableEnd > bytes.length)
    return yield damaged('its table is not whole', label);
  budget.takePart();
  const blocks: Buffer[] = [];
  let isBroken = false;
  let length = 0;
  for (let block = 0; block < count && !isBroken; block += 1) {
    const [start, end] = [0, 4].map((more) => bytes.readUInt32LE(headBytes + block * 4 + more)) as [
      number,
      number,
    ];
    const most = Math.min(blockBytes, size - length);
    // One without bytes is all zeros.
    const plain = start === end ? Buffer.alloc(most) : inflateWithin(bytes.subarray(start, end), budget);
    isBroken = plain === null || plain.length < most || end > bytes.length;
    if (plain === null) break;
    length += plain.length;
    budget.takeBytes(plain.length, length);
    blocks.push(plain);
  }
  if (length > 0) yield { kind: 'part', label, bytes: Buffer.concat(blocks) };
  if (isBroken) yield damaged('it is broken or cut off', label);
  else if (length === 0) yield { kind: 'empty' };
}
