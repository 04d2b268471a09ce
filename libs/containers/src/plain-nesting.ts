import type { PlainPacking } from '@sluice/contracts';
import type { Part } from './part.js';

/** The object itself, or a file in it whose bytes every reader gets alike. */
export const mayHoldPlain = ({ number, packing }: Part): boolean => number === 0 || packing === 'plain-mail';

/** How something is packed in all that is around it; undefined where that, or a part of it, leaves anything to interpret. */
export function packingIn(parent: Part, packing: PlainPacking | undefined): PlainPacking | undefined {
  if (packing === undefined || parent.number === 0) return packing;
  return parent.packing === 'plain-mail' && packing === 'plain-zip' ? 'plain-zip-in-plain-mail' : undefined;
}
