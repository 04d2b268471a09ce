import type { OpenContext } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { GrowingOutput } from '../lz4/decode-block.js';
import { decodeLzo } from './decode-lzo.js';
import { lzopMagic } from './detect-lzop.js';

/** Bits of a header's flags, as lzop's own source names them. */
const flag = {
  adlerOfData: 1,
  adlerOfPacked: 2,
  extraField: 0x40,
  crcOfData: 0x100,
  crcOfPacked: 0x200,
  filter: 0x800,
} as const;
/** From this version on the header has a level and a second word of time. */
const newerVersion = 0x0940;
const largestBlock = 64 * 1024 ** 2;
const maxMembers = 10_000;

interface Header {
  readonly name: string;
  readonly flags: number;
  readonly isFiltered: boolean;
  readonly end: number;
}

/** The files of an lzop archive: mostly one. */
export function* openLzop(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let at = 0;
  for (let count = 0; count < maxMembers && hasAt(bytes, at, lzopMagic); count += 1) {
    const header = readHeader(bytes, at);
    if (header === null) return yield damaged('its header is not whole');
    if (header.isFiltered)
      return yield { kind: 'unexamined', reason: 'unsupported', detail: 'a filter nothing here undoes' };
    const member = readBlocks(bytes, header, budget);
    const label = header.name || 'content';
    if (member.content.length > 0) yield { kind: 'part', label, bytes: member.content };
    else yield { kind: 'empty' };
    if (member.end === null) return yield damaged('it is broken or cut off', label);
    at = member.end;
  }
  yield* giveRemains(bytes, [[at, bytes.length]], budget);
}

/** Null: it is not whole. */
function readHeader(bytes: Buffer, start: number): Header | null {
  const fields = start + lzopMagic.length;
  if (fields + 2 > bytes.length) return null;
  const isNewer = bytes.readUInt16BE(fields) >= newerVersion;
  // Versions, then method and level.
  const flagsAt = fields + (isNewer ? 8 : 5);
  if (flagsAt + 4 > bytes.length) return null;
  const flags = bytes.readUInt32BE(flagsAt);
  const isFiltered = (flags & flag.filter) !== 0;
  const nameAt = flagsAt + 4 + (isFiltered ? 4 : 0) + (isNewer ? 12 : 8);
  const nameEnd = nameAt + 1 + (bytes[nameAt] ?? 0);
  let end = nameEnd + 4;
  if (flags & flag.extraField && end + 4 <= bytes.length) end += 8 + bytes.readUInt32BE(end);
  return end > bytes.length
    ? null
    : { name: bytes.toString('latin1', nameAt + 1, nameEnd), flags, isFiltered, end };
}

/** `end` null: the mark behind the last block was not reached. */
function readBlocks(
  bytes: Buffer,
  { flags, end }: Header,
  budget: ContainerBudget,
): { content: Buffer; end: number | null } {
  budget.takePart();
  let charged = 0;
  const output = new GrowingOutput((count) => {
    charged += count;
    budget.takeBytes(count, charged);
  });
  const sumsOf = (...masks: number[]): number => masks.filter((mask) => (flags & mask) !== 0).length * 4;
  let at = end;
  const cut = () => ({ content: output.bytes(), end: null });
  while (at + 4 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size === 0) return { content: output.bytes(), end: at + 4 };
    if (size > largestBlock || at + 8 > bytes.length) return cut();
    const packedSize = bytes.readUInt32BE(at + 4);
    const isPacked = packedSize < size;
    at += 8 + sumsOf(flag.adlerOfData, flag.crcOfData);
    if (isPacked) at += sumsOf(flag.adlerOfPacked, flag.crcOfPacked);
    const block = bytes.subarray(at, at + packedSize);
    if (!isPacked) output.append(block);
    else if (!decodeLzo(block, output)) return cut();
    if (block.length < packedSize) return cut();
    at += packedSize;
  }
  return cut();
}
