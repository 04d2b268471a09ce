export interface StallLimits {
  /** Longest time without a byte. */
  readonly idleMs: number;
  /** From this long after the start on, any such stretch must bring `minBytesPerSecond` on average. */
  readonly windowMs: number;
  readonly minBytesPerSecond: number;
  readonly tickMs: number;
}

/** One body that is being received. */
export class WatchedBody {
  /** Time in which we did not read is not the caller's fault. */
  isPaused = false;
  private bytesInTick = 0;
  private idleTicks = 0;
  private readonly ticks: number[] = [];

  constructor(private readonly onStall: () => void) {}

  received(bytes: number): void {
    this.bytesInTick += bytes;
  }

  tick(limits: StallLimits): void {
    if (this.isPaused) return;
    this.idleTicks = this.bytesInTick === 0 ? this.idleTicks + 1 : 0;
    this.ticks.push(this.bytesInTick);
    this.bytesInTick = 0;
    const ticksInWindow = Math.ceil(limits.windowMs / limits.tickMs);
    if (this.ticks.length > ticksInWindow) this.ticks.shift();
    const isSlow =
      this.ticks.length === ticksInWindow &&
      this.ticks.reduce((sum, one) => sum + one, 0) < (limits.minBytesPerSecond * limits.windowMs) / 1000;
    if (isSlow || this.idleTicks * limits.tickMs >= limits.idleMs) this.onStall();
  }
}

/** Watches all bodies with one timer, which runs only while there are any. */
export class StallWatch {
  private readonly bodies = new Set<WatchedBody>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly limits: StallLimits) {}

  start(onStall: () => void): WatchedBody {
    const body = new WatchedBody(onStall);
    this.bodies.add(body);
    this.timer ??= setInterval(() => {
      for (const one of [...this.bodies]) one.tick(this.limits);
    }, this.limits.tickMs);
    return body;
  }

  stop(body: WatchedBody): void {
    this.bodies.delete(body);
    if (this.bodies.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
