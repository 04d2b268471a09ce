import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { giveRemains } from '../give-remains.js';
import { beginsSector, rawSectorBytesOf, trackListAt, usualSectorBytes } from './detect-raw-cd.js';

const contentBytes = 2048;
const modeAt = 15;
/** By mode: behind the head, and behind a second one that says which form it is. */
const contentAt: Readonly<Record<number, number>> = { 1: 16, 2: 24 };

/** The content of its sectors as one part, which a file system is looked for in. Sound has no mark, and is left out. */
export function* openRawCd(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const rawSectorBytes = rawSectorBytesOf(bytes) ?? usualSectorBytes;
  const pieces: Buffer[] = [];
  let length = 0;
  let at = 0;
  for (; at + rawSectorBytes <= bytes.length; at += rawSectorBytes) {
    const start = at + (contentAt[bytes[at + modeAt] ?? 0] ?? Number.NaN);
    if (!beginsSector(bytes, at) || Number.isNaN(start)) continue;
    length += contentBytes;
    budget.takeBytes(contentBytes, length);
    pieces.push(bytes.subarray(start, start + contentBytes));
  }
  if (pieces.length === 0) return yield { kind: 'empty' };
  budget.takePart();
  yield { kind: 'part', label: 'track', bytes: Buffer.concat(pieces) };
  if (at < bytes.length) yield damaged('it ends within a sector', 'track');
}

const primaryVolume = Buffer.from('\x01CD001\x01\0', 'latin1');
const beforeVolume = 16 * contentBytes;
const sync = Buffer.from('00ffffffffffffffffffff00', 'hex');

/** The disc within it: from its file system on, behind the pause in front, or from its first whole sector. */
export function* openNero(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const volume = bytes.indexOf(primaryVolume);
  const sector = bytes.indexOf(sync);
  const start = sector >= 0 && (volume < 0 || sector < volume) ? sector : volume - beforeVolume;
  if (start <= 0)
    return yield {
      kind: 'unexamined',
      reason: 'unsupported',
      detail: 'no disc that is known',
      isAtOpening: true,
    };
  yield* giveRemains(bytes, [[start, sectorsEnd(bytes, start)]], budget);
}

/** Where its list of tracks begins. */
function sectorsEnd(bytes: Buffer, start: number): number {
  const end = trackListAt(bytes);
  if (end === null) return bytes.length;
  return end > start && end < bytes.length ? end : bytes.length - 12;
}
