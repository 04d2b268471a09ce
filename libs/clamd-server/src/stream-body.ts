/** Why a stream has no end: the bytes that came are not the whole object, and may never be judged as one. */
export type CutReason = 'too-large' | 'stalled' | 'gone';

export class StreamCut extends Error {
  override readonly name = 'StreamCut';
  constructor(readonly reason: CutReason) {
    super(`the stream was cut: ${reason}`);
  }
}

const maxHeldBytes = 256 * 1024;

/**
 * The bytes of one INSTREAM, as they come. Read it once; a stream that is cut rejects, so that no part of an object is
 * ever taken for all of it. While its reader is slower than the client, the client waits.
 */
export class StreamBody implements AsyncIterable<Buffer> {
  /** Bytes that came so far. */
  sizeBytes = 0;
  private pieces: Buffer[] = [];
  private heldBytes = 0;
  private state: 'open' | 'ended' | 'dropped' | StreamCut = 'open';
  private wakeReader: (() => void) | null = null;
  private wakeWriter: (() => void) | null = null;
  private readonly cutController = new AbortController();

  /** Aborted with the StreamCut when the stream is cut, and when its client goes while it waits for the answer. */
  get whenCut(): AbortSignal {
    return this.cutController.signal;
  }

  /** No one reads any more; what comes is counted and thrown away. */
  get isDropped(): boolean {
    return this.state === 'dropped';
  }

  /** Resolves when there is room for more. */
  async write(piece: Buffer): Promise<void> {
    this.sizeBytes += piece.length;
    if (this.state !== 'open') return;
    this.pieces.push(piece);
    this.heldBytes += piece.length;
    this.wakeReader?.();
    if (this.heldBytes < maxHeldBytes) return;
    await new Promise<void>((resolve) => (this.wakeWriter = resolve));
  }

  end(): void {
    if (this.state === 'open') this.state = 'ended';
    this.wakeReader?.();
  }

  cut(reason: CutReason): void {
    const cut = new StreamCut(reason);
    // Ended and not read to its end is cut as well: no part of an object is ever taken for all of it.
    if (this.state === 'open' || (this.state === 'ended' && this.pieces.length > 0)) this.state = cut;
    if (this.state === cut || reason === 'gone') this.cutController.abort(cut);
    this.forget();
    this.wakeReader?.();
  }

  drop(): void {
    if (this.state === 'open') this.state = 'dropped';
    this.forget();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    for (;;) {
      if (this.state instanceof StreamCut) throw this.state;
      const piece = this.pieces.shift();
      if (piece !== undefined) {
        this.heldBytes -= piece.length;
        if (this.heldBytes < maxHeldBytes) this.release();
        yield piece;
      } else if (this.state === 'open') {
        await new Promise<void>((resolve) => (this.wakeReader = resolve));
        this.wakeReader = null;
      } else return;
    }
  }

  private forget(): void {
    this.pieces = [];
    this.heldBytes = 0;
    this.release();
  }

  private release(): void {
    this.wakeWriter?.();
    this.wakeWriter = null;
  }
}
