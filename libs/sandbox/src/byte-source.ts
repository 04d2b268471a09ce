/** Exact numbers of bytes from a stream. Large reads are copied straight into their buffer, once. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.iterator = stream[Symbol.asyncIterator]();
  }

  /** Null when the stream ended before. */
  async read(sizeBytes: number): Promise<Buffer | null> {
    if (this.rest.length >= sizeBytes && sizeBytes > 0) return this.take(sizeBytes);
    const target = Buffer.allocUnsafe(sizeBytes);
    let filledBytes = 0;
    while (filledBytes < sizeBytes) {
      if (!(await this.fill())) return null;
      const taken = this.rest.copy(target, filledBytes);
      filledBytes += taken;
      this.rest = this.rest.subarray(taken);
    }
    return target;
  }

  /** The next `sizeBytes` in the pieces they come in. Ends early when the stream does: count what you get. */
  async *chunks(sizeBytes: number): AsyncGenerator<Buffer> {
    for (let leftBytes = sizeBytes; leftBytes > 0;) {
      if (!(await this.fill())) return;
      const chunk = this.take(Math.min(leftBytes, this.rest.length));
      leftBytes -= chunk.length;
      yield chunk;
    }
  }

  private take(sizeBytes: number): Buffer {
    const taken = this.rest.subarray(0, sizeBytes);
    this.rest = this.rest.subarray(sizeBytes);
    return taken;
  }

  private async fill(): Promise<boolean> {
    while (this.rest.length === 0) {
      const next = await this.iterator.next();
      if (next.done === true) return false;
      this.rest = next.value;
    }
    return true;
  }
}
