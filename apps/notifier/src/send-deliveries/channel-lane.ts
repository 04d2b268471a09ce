import type { Claimed } from './claim.query.js';

interface Waiting {
  readonly claimed: Claimed;
  readonly claimedAtMs: number;
}

interface LaneOptions {
  /** Sent at once. */
  readonly slots: number;
  /** Claimed besides while the receiver is quick, so that no slot waits for a claim and many share one. */
  readonly aheadAtMost: number;
  /** One that waited for longer is given back: its lease has to last for the attempt. */
  readonly longestWaitMs: number;
}

/** A receiver that takes longer gains nothing by what is claimed ahead. */
const quickMs = 1000;

/**
 * What is in hand of one channel's lane. Only while its receiver takes what it gets, and quickly, is more claimed than there
 * are slots; what no slot has begun can be given back as if it had not been claimed.
 */
export class ChannelLane {
  private waiting: Waiting[] = [];
  private sending = 0;
  /** Sent, and how it went is being written. */
  private writing = 0;
  private isQuick = false;

  constructor(private readonly options: LaneOptions) {}

  get inFlight(): number {
    return this.waiting.length + this.sending + this.writing;
  }

  /** To be claimed besides what the slots can take. */
  get ahead(): number {
    return this.isQuick ? this.options.aheadAtMost : 0;
  }

  /** While some wait, a claim is worth it for several. */
  get isClaimDue(): boolean {
    const room = this.options.slots + this.ahead - this.inFlight;
    return this.waiting.length === 0 ? room > 0 : room >= 2 * this.options.slots;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  add(claimed: Claimed): void {
    this.waiting.push({ claimed, claimedAtMs: performance.now() });
  }

  /** The next for a free slot, which is taken then; undefined: no slot is free, or nothing waits. */
  begin(): Claimed | undefined {
    const next = this.sending < this.options.slots ? this.waiting.shift() : undefined;
    if (next !== undefined) this.sending += 1;
    return next?.claimed;
  }

  /** The slot is free for the next. */
  sent({ isDelivered, tookMs }: { readonly isDelivered: boolean; readonly tookMs: number }): void {
    this.sending -= 1;
    this.writing += 1;
    this.isQuick = isDelivered && tookMs < quickMs;
  }

  written(): void {
    this.writing -= 1;
  }

  takeWaiting(): Claimed[] {
    return this.waiting.splice(0).map(({ claimed }) => claimed);
  }

  /** Those that waited for too long. The oldest come first. */
  takeStale(): Claimed[] {
    const oldest = performance.now() - this.options.longestWaitMs;
    const count = this.waiting.filter(({ claimedAtMs }) => claimedAtMs < oldest).length;
    return this.waiting.splice(0, count).map(({ claimed }) => claimed);
  }
}
