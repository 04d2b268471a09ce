import { brotliDecompressSync } from 'node:zlib';
import type { ContainerBudget } from '../walk-limits.js';

/** Null: it is none. Bounded by the budget. */
export function unpackBrotli(bytes: Buffer, budget: ContainerBudget): Buffer | null {
  const maxOutputLength = Math.max(1, budget.largestPartBytes);
  try {
    return brotliDecompressSync(bytes, { maxOutputLength });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      budget.takeBytes(maxOutputLength + 1, maxOutputLength + 1);
    return null;
  }
}
