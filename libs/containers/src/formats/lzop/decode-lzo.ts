import type { GrowingOutput } from '../lz4/decode-block.js';

const afterLiterals = 4;

/** One block of LZO1X (the kernel's documentation of the stream's format). False: it is broken; what came out before stays. */
export function decodeLzo(block: Buffer, output: GrowingOutput): boolean {
  return new LzoDecoder(block, output).decode();
}

interface Copy {
  readonly distance: number;
  readonly count: number;
  /** How many bytes as they are stand behind it: 0 to 3. */
  readonly literals: number;
}

class LzoDecoder {
  private at = 0;
  /** How many bytes as they are came last, 4 for a run of them: short codes mean something else then. */
  private state = 0;

  constructor(
    private readonly block: Buffer,
    private readonly output: GrowingOutput,
  ) {}

  decode(): boolean {
    const first = this.block[0] ?? 0;
    if (first > 17) {
      this.at = 1;
      const count = first - 17;
      if (!this.literals(count)) return false;
      this.state = Math.min(count, afterLiterals);
    }
    while (this.at < this.block.length) {
      const code = this.byte();
      if (code < 16 && this.state === 0) {
        if (!this.literals((code === 0 ? this.longer(15) : code) + 3)) return false;
        this.state = afterLiterals;
        continue;
      }
      const copy = this.copyOf(code);
      if (copy === 'end') return true;
      if (!this.output.repeat(copy.distance, copy.count) || !this.literals(copy.literals)) return false;
      this.state = copy.literals;
    }
    // The stream has an end of its own.
    return false;
  }

  private copyOf(code: number): Copy | 'end' {
    if (code >= 64)
      return this.near(code, { shift: 3, low: (code >>> 2) & 7, base: 1, count: (code >>> 5) + 1 });
    if (code < 16 && this.state < afterLiterals)
      return this.near(code, { shift: 2, low: code >>> 2, base: 1, count: 2 });
    if (code < 16) return this.near(code, { shift: 2, low: code >>> 2, base: 2049, count: 3 });
    const mask = code >= 32 ? 31 : 7;
    const count = ((code & mask) === 0 ? this.longer(mask) : code & mask) + 2;
    const word = this.byte() | (this.byte() << 8);
    const literals = word & 3;
    if (code >= 32) return { distance: (word >>> 2) + 1, count, literals };
    const distance = ((code & 8) << 11) + (word >>> 2);
    return distance === 0 ? 'end' : { distance: distance + 16_384, count, literals };
  }

  private near(
    code: number,
    { shift, low, base, count }: { shift: number; low: number; base: number; count: number },
  ): Copy {
    return { distance: (this.byte() << shift) + low + base, count, literals: code & 3 };
  }

  /** Each zero adds 255. */
  private longer(count: number): number {
    let length = count;
    while (this.at < this.block.length && this.block[this.at] === 0) {
      length += 255;
      this.at += 1;
    }
    return length + this.byte();
  }

  private byte(): number {
    const byte = this.block[this.at] ?? 0;
    this.at += 1;
    return byte;
  }

  private literals(count: number): boolean {
    if (this.at + count > this.block.length) {
      this.output.append(this.block.subarray(this.at));
      return false;
    }
    this.output.append(this.block.subarray(this.at, this.at + count));
    this.at += count;
    return true;
  }
}
