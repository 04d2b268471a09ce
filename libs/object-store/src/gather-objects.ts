import { maxGroupBytes } from '@sluice/contracts';

/** More would wait longer for their flush, and keep each other's bytes on disk longer. */
export const maxGroupObjects = 32;

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: (key: string) => void;
  readonly reject: (error: unknown) => void;
}

export interface GatheredWriter {
  /** A file of its own. Resolves with its key, when it is durable. */
  writeOne(bytes: Buffer): Promise<string>;
  /** A file for all. Resolves with their keys, in order, when it is durable. */
  writeGroup(objects: readonly Buffer[]): Promise<readonly string[]>;
}

/**
 * Who shares a flush with whom. A lone object is written at once. What comes while a flush is under way waits for its end
 * and then goes together: nothing joins a flush that has begun, since what comes too late for it would not be on disk with
 * it. After a failed one its objects reject, and are never flushed again: a second flush of the same pages may succeed and
 * mean nothing.
 */
export class GatherObjects {
  private readonly waiting: Waiting[] = [];
  private isFlushing = false;

  constructor(private readonly writer: GatheredWriter) {}

  /** Rejects with the writer's error. */
  store(bytes: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ bytes, resolve, reject });
      if (!this.isFlushing) void this.flushAll();
    });
  }

  private async flushAll(): Promise<void> {
    this.isFlushing = true;
    while (this.waiting.length > 0) await this.flush(this.takeNext());
    this.isFlushing = false;
  }

  private async flush(objects: readonly Waiting[]): Promise<void> {
    const [first] = objects;
    if (first === undefined) return;
    try {
      const keys =
        objects.length === 1
          ? [await this.writer.writeOne(first.bytes)]
          : await this.writer.writeGroup(objects.map(({ bytes }) => bytes));
      for (const [index, { resolve }] of objects.entries()) resolve(keys[index] as string);
    } catch (error) {
      for (const { reject } of objects) reject(error);
    }
  }

  /** The oldest that fit together. */
  private takeNext(): readonly Waiting[] {
    let [count, bytes] = [0, 0];
    for (const next of this.waiting) {
      if (count === maxGroupObjects || bytes + next.bytes.length > maxGroupBytes) break;
      count += 1;
      bytes += next.bytes.length;
    }
    return this.waiting.splice(0, count);
  }
}
