import { constants, crc32, inflateRawSync } from 'node:zlib';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { inflate } from '../inflate.js';
import { ContentCharge, isArchiveHead } from '../stream/content-charge.js';
import { headerEndOf } from './gzip-header.js';

const label = 'content';
const trailerBytes = 8;
/** They hold the first block of a tar in any case, and unpack to some megabytes at most. */
const packedHeadBytes = 4096;

/** All members of a gzip file as one part, then what stands behind the last one. */
export async function* openGzip(bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> {
  budget.takePart();
  const members: Buffer[] = [];
  let head: Buffer | undefined;
  const charge = new ContentCharge(budget, () => head);
  let at = 0;
  let fault: string | null = null;
  for (let start = headerEndOf(bytes, at); start !== null && fault === null; start = headerEndOf(bytes, at)) {
    const packed = bytes.subarray(start);
    head ??= headOf(packed);
    const { largestBytes } = charge;
    const inflated = await inflate(packed, largestBytes);
    if (inflated.kind === 'too-large') return tooLarge(charge, largestBytes + 1);
    charge.take(inflated.bytes.length);
    members.push(inflated.bytes);
    at = start + inflated.consumed + trailerBytes;
    fault = inflated.kind === 'broken' ? 'it is broken or cut off' : faultOf(bytes, at, inflated.bytes);
  }
  const content = members.length === 1 ? members[0] : Buffer.concat(members);
  if (content !== undefined && content.length > 0) yield { kind: 'part', label, bytes: content };
  const [first] = members;
  // Some readers unpack no more than it; of an archive the whole shows what is in it.
  if (members.length > 1 && first !== undefined && first.length > 0 && !isArchiveHead(first)) {
    budget.takePart();
    budget.takeBytes(first.length, first.length);
    yield { kind: 'part', label, bytes: first, isExcerpt: true, isBeginning: true };
  }
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

/** The first bytes of what comes out, as far as they can be had of the first packed ones. */
function headOf(packed: Buffer): Buffer {
  try {
    return inflateRawSync(packed.subarray(0, packedHeadBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // It is opened in full next, where a fault is said.
    return Buffer.alloc(0);
  }
}

/** Says which bound it is, by reaching it. */
function tooLarge(charge: ContentCharge, bytes: number): never {
  charge.take(bytes);
  throw new LimitReached('container', 'maxPartBytes');
}
