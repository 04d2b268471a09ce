import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import type { ContainerBudget } from '../walk-limits.js';

/** What can be had of a zlib or bare deflate stream: also of one that is cut. Null: not a byte. Bounded by the budget. */
export function inflateWithin(
  bytes: Buffer,
  budget: ContainerBudget,
  format: 'zlib' | 'raw' = 'zlib',
): Buffer | null {
  const maxOutputLength = Math.max(1, budget.largestPartBytes);
  const inflate = format === 'zlib' ? inflateSync : inflateRawSync;
  try {
    const out = inflate(bytes, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
    return out.length === 0 && bytes.length > 0 ? null : out;
  } catch (error) {
    // More than may come out: let the budget say which bound it is.
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      budget.takeBytes(maxOutputLength + 1, maxOutputLength + 1);
    return null;
  }
}
