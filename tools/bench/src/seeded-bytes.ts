import { createCipheriv, createHash } from 'node:crypto';

const supplyBytes = 64 * 1024;

/** Bytes that look random and are the same for the same seed. */
export class SeededBytes {
  private readonly cipher;
  private supply = Buffer.alloc(0);

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.cipher = createCipheriv('aes-128-ctr', digest.subarray(0, 16), digest.subarray(16));
  }

  take(count: number): Buffer {
    if (count > supplyBytes) return this.cipher.update(Buffer.alloc(count));
    if (this.supply.length < count) this.supply = this.cipher.update(Buffer.alloc(supplyBytes));
    const taken = this.supply.subarray(0, count);
    this.supply = this.supply.subarray(count);
    return taken;
  }

  /** From 0 to just below `limit`. */
  below(limit: number): number {
    return Math.floor((this.take(4).readUInt32LE(0) / 2 ** 32) * limit);
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }
}
