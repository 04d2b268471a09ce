import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { givePart } from '../give-part.js';
import { isDiskImage } from '../archive-detections.js';
import { findCarved, findCarvedInImage } from './find-carved.js';

/** The archives as parts: what they are is looked at again. */
export function* openCarved(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const found = isDiskImage(bytes) ? findCarvedInImage(bytes) : findCarved(bytes);
  for (const { start, end } of found)
    yield* givePart(`archive at ${start}`, bytes.subarray(start, end ?? undefined), budget);
}
