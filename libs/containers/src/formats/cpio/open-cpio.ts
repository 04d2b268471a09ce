import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { type CpioHeader, readCpioHeader } from './cpio-header.js';

const trailer = 'TRAILER!!!';

/** Every file of a cpio, and of cpios behind it: the kernel's first file systems are several, then a packed one. */
export function* openCpio(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let at = 0;
  let hasEnded = false;
  yield { kind: 'empty' };
  for (let header = readCpioHeader(bytes, at); header !== null; header = readCpioHeader(bytes, at)) {
    budget.takeBytes(0, 0);
    hasEnded = header.name === trailer;
    yield* openEntry(bytes, header, budget);
    at = header.next;
    if (hasEnded) at = skipZeros(bytes, at);
    if (at >= bytes.length) break;
  }
  if (!hasEnded) yield damaged('its end is missing');
  else yield* giveRemains(bytes, [[at, bytes.length]], budget);
}

function* openEntry(bytes: Buffer, header: CpioHeader, budget: OpenContext['budget']): Generator<OpenedItem> {
  const { name, dataStart, dataEnd } = header;
  yield* givePart(name, bytes.subarray(dataStart, dataEnd), budget);
  if (dataEnd > bytes.length) yield damaged('the file ends within it', name);
}

function skipZeros(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  return at;
}
