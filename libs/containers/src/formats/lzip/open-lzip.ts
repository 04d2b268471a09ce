import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
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
  for (const member of members) yield* openMember(member, context);
  if (members.length === 0) yield damaged('its header is not whole');
  yield* giveRemains(bytes, [[end, bytes.length]], context.budget);
}

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
