import type { ContainerBudget } from '../../walk-limits.js';
import { readCpioHeader } from '../cpio/cpio-header.js';
import { blockBytes, readTarHeader } from '../tar/tar-header.js';

/**
 * Charges what comes out of a stream, piece by piece, before it is kept. An archive, such as the tar in a .tar.gz, may be
 * larger than a part: what is bounded so is what it holds.
 */
export class ContentCharge {
  private totalBytes = 0;
  private isArchive: boolean | null = null;

  constructor(
    private readonly budget: ContainerBudget,
    /** What came out first, once there is that much. */
    private readonly head: () => Buffer | undefined,
  ) {}

  take(bytes: number): void {
    this.totalBytes += bytes;
    if (this.totalBytes > this.budget.maxPartBytes) this.isArchive ??= isArchiveHead(this.head());
    if (this.isArchive === true) this.budget.takeArchiveBytes(bytes, this.totalBytes);
    else this.budget.takeBytes(bytes, this.totalBytes);
  }

  /** No piece can be larger, for decoders that want to know beforehand. */
  get largestBytes(): number {
    return isArchiveHead(this.head()) ? this.budget.largestArchiveBytes : this.budget.largestPartBytes;
  }
}

/** By its first block. */
export const isArchiveHead = (head: Buffer | undefined): boolean =>
  head !== undefined &&
  ((head.length >= blockBytes && readTarHeader(head.subarray(0, blockBytes)) !== null) ||
    readCpioHeader(head, 0) !== null);
