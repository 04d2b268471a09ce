import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';
import { type LzipMember, findMembers } from './lzip-members.js';

const label = 'content';

/**
 * 7-Zip has no lzip, but what a member holds is a stream of LZMA with an end mark: under the header of a lone LZMA
 * stream 7-Zip unpacks it.
 */
export async function* openLzip(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const { members, end } = findMembers(bytes);
  const pieces: Buffer[] = [];
  const others: OpenedItem[] = [];
  let limit: LimitReached | null = null;
  try {
    for (const member of members)
      for await (const item of openMember(member, context))
        if (item.kind === 'part') pieces.push(item.bytes);
        else others.push(item);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    limit = error;
  }
  // The members of a file are one content.
  if (pieces.length > 0) yield { kind: 'part', label, bytes: Buffer.concat(pieces) };
  if (limit !== null) throw limit;
  yield* others;
  if (members.length === 0) yield damaged('its header is not whole');
  else if (isBegunMember(bytes.subarray(end))) yield damaged('a next member is not whole');
  yield* giveRemains(bytes, [[end, bytes.length]], context.budget);
}

/** Less than a header, of which it is the beginning. */
const isBegunMember = (rest: Buffer): boolean =>
  rest.length > 0 && Buffer.from('LZIP\x01').subarray(0, rest.length).equals(rest.subarray(0, 5));

async function* openMember(member: LzipMember, context: OpenContext): AsyncGenerator<OpenedItem> {
  const lone = Buffer.concat([loneHeader(member), member.packed]);
  for await (const item of openWithSevenZip(lone, context, { type: 'lzma', label })) {
    // Its remains would be the end of what was put together here.
    if (item.kind !== 'part' || item.role === undefined) yield item;
  }
  if (!member.isWhole) yield damaged('it is cut off', label);
}

/** Properties lc=3, lp=0, pb=2, which lzip always has; the dictionary; the length, or all ones for "until the end mark". */
function loneHeader({ dictionaryBytes, bytes }: LzipMember): Buffer {
  const header = Buffer.alloc(13, 0xff);
  header[0] = 0x5d;
  header.writeUInt32LE(dictionaryBytes, 1);
  if (bytes !== null) header.writeBigUInt64LE(bytes, 5);
  return header;
}
