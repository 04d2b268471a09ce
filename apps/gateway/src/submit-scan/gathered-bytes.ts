import { maxSharedBytes } from '@sluice/contracts';

/** Bounds what all bodies together have in memory. */
export class GatherMemory {
  private takenBytes = 0;

  constructor(private readonly maxBytes: number) {}

  take(bytes: number): boolean {
    if (this.takenBytes + bytes > this.maxBytes) return false;
    this.takenBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.takenBytes -= bytes;
  }
}

const firstBytes = 1024;

/**
 * The bytes of one small object until it is whole. They are copied: pieces of few bytes, kept as they came, would take
 * many times as much memory as they hold.
 */
export class GatheredBytes {
  private buffer = Buffer.alloc(0);
  private length = 0;

  constructor(private readonly memory: GatherMemory) {}

  /** False: it is no small object, or there is no memory for it. Then nothing was added. */
  add(piece: Buffer): boolean {
    if (!this.makeRoom(this.length + piece.length)) return false;
    piece.copy(this.buffer, this.length);
    this.length += piece.length;
    return true;
  }

  /** Stay as they are, also after `release`. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Gives the memory back; it is empty then. */
  release(): void {
    this.memory.giveBack(this.buffer.length);
    this.buffer = Buffer.alloc(0);
    this.length = 0;
  }

  private makeRoom(needed: number): boolean {
    const had = this.buffer.length;
    if (needed <= had) return true;
    if (needed > maxSharedBytes) return false;
    const size = Math.min(maxSharedBytes, Math.max(needed, 2 * had, firstBytes));
    if (!this.memory.take(size - had)) return false;
    // Not from a pool, where a few bytes would hold on to many.
    const grown = Buffer.allocUnsafeSlow(size);
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
    return true;
  }
}
