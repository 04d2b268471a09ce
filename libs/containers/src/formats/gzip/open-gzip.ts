import { crc32 } from 'node:zlib';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { inflate } from '../inflate.js';
import { headerEndOf } from './gzip-header.js';

const label = 'content';
const trailerBytes = 8;

/** All members of a gzip file as one part, then what stands behind the last one. */
export async function* openGzip(bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> {
  budget.takePart();
  const members: Buffer[] = [];
  let [at, length] = [0, 0];
  let fault: string | null = null;
  for (let start = headerEndOf(bytes, at); start !== null && fault === null; start = headerEndOf(bytes, at)) {
    const largest = budget.largestPartBytes;
    const inflated = await inflate(bytes.subarray(start), largest);
    if (inflated.kind === 'too-large') return yield* tooLarge(budget, largest);
    length += inflated.bytes.length;
    budget.takeBytes(inflated.bytes.length, length);
    members.push(inflated.bytes);
    at = start + inflated.consumed + trailerBytes;
    fault = inflated.kind === 'broken' ? 'it is broken or cut off' : faultOf(bytes, at, inflated.bytes);
  }
  const content = members.length === 1 ? members[0] : Buffer.concat(members);
  if (content !== undefined && content.length > 0) yield { kind: 'part', label, bytes: content };
  if (fault !== null) yield damaged(fault, label);
  else if (at === 0 || isBegunMember(bytes.subarray(at))) yield damaged('its header is not whole');
  else yield { kind: 'empty' };
  if (fault === null || at < bytes.length) yield* giveRemains(bytes, [[at, bytes.length]], budget);
}

/** A next member of which no more than a piece of its header is there. */
const isBegunMember = (rest: Buffer): boolean =>
  rest.length > 0 && Buffer.from('1f8b08', 'hex').subarray(0, rest.length).equals(rest.subarray(0, 3));

function faultOf(bytes: Buffer, end: number, content: Buffer): string | null {
  if (end > bytes.length) return 'it is cut off';
  const isRight = bytes.readUInt32LE(end - trailerBytes) === crc32(content);
  return isRight && bytes.readUInt32LE(end - 4) === content.length >>> 0
    ? null
    : 'its checksum does not hold';
}

/** Says which bound it is, by reaching it. */
function* tooLarge(budget: OpenContext['budget'], largest: number): Generator<OpenedItem> {
  budget.takeBytes(largest + 1, largest + 1);
  throw new LimitReached('container', 'maxPartBytes');
}
