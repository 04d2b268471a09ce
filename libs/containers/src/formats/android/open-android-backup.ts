import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';
import { inflate } from '../inflate.js';

/** Name, version, packed or not, encryption: a line each. Behind them a tar. */
const header = /^ANDROID BACKUP\n\d{1,3}\n([01])\n([\w-]{1,32})\n/;
const zlibBytes = 2;

export async function* openAndroidBackup(bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> {
  const [head, isPacked, encryption] = header.exec(bytes.toString('latin1', 0, 128)) ?? [];
  if (head === undefined) return yield damaged('its header is not whole');
  if (encryption !== 'none') return yield { kind: 'unexamined', reason: 'encrypted' };
  const content = bytes.subarray(head.length);
  if (isPacked === '0') return yield* givePart('content', content, budget);
  const inflated = await inflate(content.subarray(zlibBytes), budget.largestPartBytes);
  // One byte more than there may be says which bound it is.
  if (inflated.kind === 'too-large') {
    const tooMany = budget.largestPartBytes + 1;
    return budget.takeBytes(tooMany, tooMany);
  }
  yield* givePart('content', inflated.bytes, budget);
  if (inflated.kind === 'broken') yield damaged('it is broken or cut off', 'content');
}
