/** A source that reads faster than a reader takes waits when this much is in between. */
const roomBytes = 256 * 1024;

type Ending = { readonly kind: 'end' } | { readonly kind: 'error'; readonly error: Error };

/**
 * A queue of chunks between one source and one reader. Much cheaper than a stream, and scans are many: read once, in
 * order, by one reader.
 */
export class ContentBranch implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  private chunks: Uint8Array[] = [];
  private waitingBytes = 0;
  private ending: Ending | null = null;
  private wakeReader: (() => void) | null = null;
  private wakeSource: (() => void) | null = null;

  add(chunk: Uint8Array): void {
    if (this.ending !== null) return;
    this.chunks.push(chunk);
    this.waitingBytes += chunk.length;
    this.wake();
  }

  /** Resolves when the reader has taken enough, or needs nothing more. */
  hasRoom(): Promise<void> | null {
    if (this.waitingBytes <= roomBytes) return null;
    return new Promise((resolve) => (this.wakeSource = resolve));
  }

  end(): void {
    this.ending ??= { kind: 'end' };
    this.wake();
  }

  /** The reader gets the error at once: what is still in between is of no use. */
  fail(error: Error): void {
    this.ending ??= { kind: 'error', error };
    this.discard();
  }

  /** The reader needs nothing more. */
  leave(): void {
    this.ending ??= { kind: 'end' };
    this.discard();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      const chunk = this.chunks.shift();
      if (chunk !== undefined) return { done: false, value: this.taken(chunk) };
      if (this.ending?.kind === 'error') throw this.ending.error;
      if (this.ending !== null) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.wakeReader = resolve));
    }
  }

  /** Called by a loop that is left early. */
  return(): Promise<IteratorResult<Uint8Array>> {
    this.leave();
    return Promise.resolve({ done: true, value: undefined });
  }

  private taken(chunk: Uint8Array): Uint8Array {
    this.waitingBytes -= chunk.length;
    if (this.waitingBytes <= roomBytes) this.goOn();
    return chunk;
  }

  private discard(): void {
    this.chunks = [];
    this.waitingBytes = 0;
    this.goOn();
    this.wake();
  }

  private wake(): void {
    this.wakeReader?.();
    this.wakeReader = null;
  }

  private goOn(): void {
    this.wakeSource?.();
    this.wakeSource = null;
  }
}
