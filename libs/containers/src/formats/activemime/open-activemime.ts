import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { LimitReached } from '../../walk-limits.js';
import { damaged } from '../give-part.js';
import { inflate } from '../inflate.js';

/** Where the packed bytes stand: behind a length at 30, or where most programs put them; then wherever they may begin. */
const usualOffsets = [0x32, 0x22a] as const;
const maxLooks = 64;
const leastBytes = 16;
const label = 'document';

/** The compound file of Office in an ActiveMime envelope: one zlib stream (no published format; as oletools reads it). */
export async function* openActiveMime(bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> {
  budget.takePart();
  for (const offset of offsetsIn(bytes)) {
    budget.checkTime();
    const largest = budget.largestPartBytes;
    const inflated = await inflate(bytes.subarray(offset + 2), largest);
    if (inflated.kind === 'too-large') {
      budget.takeBytes(largest + 1, largest + 1);
      throw new LimitReached('container', 'maxPartBytes');
    }
    if (inflated.bytes.length < leastBytes) continue;
    budget.takeBytes(inflated.bytes.length, inflated.bytes.length);
    yield { kind: 'part', label, bytes: inflated.bytes };
    if (inflated.kind === 'broken') yield damaged('it is broken or cut off', label);
    return;
  }
  yield damaged('nothing packed is in it');
}

function* offsetsIn(bytes: Buffer): Generator<number> {
  const said = bytes.length >= 32 ? [bytes.readUInt16LE(30) + 46] : [];
  for (const offset of [...said, ...usualOffsets]) if (isZlib(bytes, offset)) yield offset;
  let at = bytes.indexOf(0x78, 12);
  for (let looks = 0; at >= 0 && looks < maxLooks; looks += 1) {
    if (isZlib(bytes, at)) yield at;
    at = bytes.indexOf(0x78, at + 1);
  }
}

/** Deflate with a window of 32 KiB, and the check of RFC 1950, 2.2. */
const isZlib = (bytes: Buffer, at: number): boolean =>
  at + 2 < bytes.length && bytes[at] === 0x78 && bytes.readUInt16BE(at) % 31 === 0;
