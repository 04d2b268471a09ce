import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { ContentCharge } from '../stream/content-charge.js';
import { giveRemains } from '../give-remains.js';
import { GrowingOutput, decodeBlock } from './decode-block.js';
import { frameMagic, isSkippable, legacyMagic } from './detect-lz4.js';

const label = 'content';

/** All frames of an LZ4 file as one part (lz4_Frame_format.md), the old frames of the Linux kernel too. */
export function* openLz4(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  budget.takePart();
  const charge: ContentCharge = new ContentCharge(budget, () => output.bytes());
  const output: GrowingOutput = new GrowingOutput((bytes) => charge.take(bytes));
  let end: Frame = { at: 0, isBroken: false };
  let limit: LimitReached | null = null;
  try {
    for (
      let next: Frame | null = end;
      next !== null && !end.isBroken;
      next = readFrame(bytes, end.at, output)
    )
      end = next;
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    limit = error;
  }
  if (output.length > 0) yield { kind: 'part', label, bytes: output.bytes() };
  if (limit !== null) throw limit;
  if (end.isBroken) return yield damaged('it is broken or cut off', label);
  yield { kind: 'empty' };
  yield* giveRemains(bytes, [[end.at, bytes.length]], budget);
}

interface Frame {
  /** Where what comes behind it begins. */
  readonly at: number;
  readonly isBroken: boolean;
}

/** Null: no frame stands here. */
function readFrame(bytes: Buffer, at: number, output: GrowingOutput): Frame | null {
  if (at + 4 > bytes.length) return null;
  const magic = bytes.readUInt32LE(at);
  if (isSkippable(magic)) return skipFrame(bytes, at);
  if (magic === legacyMagic) return readLegacyFrame(bytes, at + 4, output);
  return magic === frameMagic ? readModernFrame(bytes, at + 4, output) : null;
}

function skipFrame(bytes: Buffer, at: number): Frame {
  const end = at + 8 > bytes.length ? Infinity : at + 8 + bytes.readUInt32LE(at + 4);
  return { at: Math.min(end, bytes.length), isBroken: end > bytes.length };
}

const broken = (bytes: Buffer): Frame => ({ at: bytes.length, isBroken: true });

function readModernFrame(bytes: Buffer, start: number, output: GrowingOutput): Frame {
  const flags = bytes[start] ?? 0;
  const [hasBlockSums, hasSize, hasSum, hasDictionary] = [16, 8, 4, 1].map((bit) => (flags & bit) !== 0);
  let at = start + 3 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  while (at + 4 <= bytes.length) {
    const word = bytes.readUInt32LE(at);
    at += 4;
    if (word === 0) {
      const end = at + (hasSum ? 4 : 0);
      return { at: Math.min(end, bytes.length), isBroken: end > bytes.length };
    }
    const size = word & 0x7fffffff;
    const block = bytes.subarray(at, at + size);
    if (word >>> 31 === 1) output.append(block);
    else if (!decodeBlock(block, output)) return broken(bytes);
    at += size + (hasBlockSums ? 4 : 0);
  }
  return broken(bytes);
}

/** No end mark: blocks follow each other up to the end, or to what can be none. */
function readLegacyFrame(bytes: Buffer, start: number, output: GrowingOutput): Frame {
  let at = start;
  while (at + 4 <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    if (size === frameMagic || size === legacyMagic || isSkippable(size)) break;
    if (size === 0 || size > longestLegacyBlock) break;
    const isWhole = decodeBlock(bytes.subarray(at + 4, at + 4 + size), output);
    if (!isWhole || at + 4 + size > bytes.length) return broken(bytes);
    at += 4 + size;
  }
  return { at, isBroken: at === start };
}

/** 8 MiB unpacked, and what LZ4 may add to what cannot be packed. */
const longestLegacyBlock = 8 * 1024 ** 2 + (8 * 1024 ** 2) / 255 + 16;
