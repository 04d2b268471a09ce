import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { GrowingOutput, decodeBlock } from '../lz4/decode-block.js';

/** `mozLz40` and a zero, then how long the content is. */
const headBytes = 12;
const label = 'content';

/** One block of LZ4, as Firefox and Thunderbird keep sessions and bookmarks. */
export function* openMozillaLz4(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  if (bytes.length < headBytes) return yield damaged('its header is not whole', label);
  budget.takePart();
  const output: GrowingOutput = new GrowingOutput((count) => budget.takeBytes(count, output.length + count));
  const isWhole = decodeBlock(bytes.subarray(headBytes), output) && output.length === bytes.readUInt32LE(8);
  if (output.length > 0) yield { kind: 'part', label, bytes: output.bytes() };
  if (!isWhole) yield damaged('it is broken or cut off', label);
  else if (output.length === 0) yield { kind: 'empty' };
}
