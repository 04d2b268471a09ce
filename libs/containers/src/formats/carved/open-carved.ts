import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { givePart } from '../give-part.js';
import { findCarved } from './find-carved.js';

/** The archives as parts: what they are is looked at again. */
export function* openCarved(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  for (const { start, end } of findCarved(bytes))
    yield* givePart(`archive at ${start}`, bytes.subarray(start, end ?? undefined), budget);
}
