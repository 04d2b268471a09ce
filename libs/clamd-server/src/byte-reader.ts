import type { Duplex } from 'node:stream';

export type ReadOutcome = 'bytes' | 'ended' | 'timeout';

/** Reads a socket on demand: what is not asked for stays with the sender. */
export class ByteReader {
  private held: Buffer = Buffer.alloc(0);
  private wake: (() => void) | null = null;

  constructor(private readonly socket: Duplex) {
    const ring = (): void => this.wake?.();
    socket.on('readable', ring).on('end', ring).on('close', ring);
  }

  /** Bytes that came and were not taken. */
  get available(): Buffer {
    return this.held;
  }

  /** Waits for more than there is. */
  async more(timeoutMs: number): Promise<ReadOutcome> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk !== null) {
        this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
        return 'bytes';
      }
      if (this.socket.readableEnded || this.socket.destroyed) return 'ended';
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return 'timeout';
      await this.rung(leftMs);
    }
  }

  take(count: number): Buffer {
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(taken.length);
    return taken;
  }

  private rung(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.wake = done;
    });
  }
}
