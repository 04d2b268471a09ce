/** Bytes that grow as they are written, and that later ones are copied from. */
export class GrowingOutput {
  length = 0;
  private buffer: Buffer = Buffer.alloc(65_536);

  /** `before` is asked before each growth: it may throw. */
  constructor(private readonly before: (bytes: number) => void) {}

  append(bytes: Buffer): void {
    this.reserve(bytes.length);
    bytes.copy(this.buffer, this.length);
    this.length += bytes.length;
  }

  /** Copies what was written `distance` before; the copy may overlap itself. False: nothing is there. */
  repeat(distance: number, count: number): boolean {
    if (distance === 0 || distance > this.length) return false;
    this.reserve(count);
    const { buffer, length } = this;
    if (distance >= count) buffer.copy(buffer, length, length - distance, length - distance + count);
    else for (let at = 0; at < count; at += 1) buffer[length + at] = buffer[length - distance + at] ?? 0;
    this.length += count;
    return true;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(count: number): void {
    this.before(count);
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.alloc(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
}

/** One block of LZ4 (lz4_Block_format.md). False: it is broken; what came out before stays. */
export function decodeBlock(block: Buffer, output: GrowingOutput): boolean {
  let at = 0;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15; more && at < block.length; at += 1) {
      length += block[at] ?? 0;
      more = block[at] === 255;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at] ?? 0;
    at += 1;
    const literals = lengthFrom(token >>> 4);
    output.append(block.subarray(at, at + literals));
    at += literals;
    if (at > block.length) return false;
    // The last sequence has literals only.
    if (at === block.length) return true;
    if (at + 2 > block.length) return false;
    const distance = block.readUInt16LE(at);
    at += 2;
    if (!output.repeat(distance, lengthFrom(token & 15) + 4)) return false;
  }
  return true;
}
