export interface PeriodicWorkOptions {
  /** Answers true when there is more to do at once; any other answer means nothing. */
  readonly run: () => Promise<unknown>;
  /**
   * From the end of one run to the beginning of the next, asked for after each where it follows from what was found; null:
   * it runs only when woken.
   */
  readonly intervalMs: number | null | (() => number);
  /** How far an interval may differ, as a part of it; default 0. For work that several instances do. */
  readonly spread?: number;
  /** Told of every failed run; the next one makes up for it. */
  readonly onFailure: (error: unknown) => void;
  /** From a failed run to the next; default: the interval. */
  readonly retryMs?: number;
  /** After a failed run nothing runs for this long, woken or not; default 0. */
  readonly failurePauseMs?: number;
}

/** Runs something again and again, never twice at once: every `intervalMs`, and at once when woken, until stopped. */
export class PeriodicWork {
  private timer: NodeJS.Timeout | undefined;
  private timerEndsAtMs = Infinity;
  /** Asked for while it ran. */
  private wantedWithinMs = Infinity;
  private current: Promise<void> = Promise.resolve();
  private isRunning = false;
  private isWoken = false;
  private isPausing = false;
  private isStopped = false;

  constructor(private readonly options: PeriodicWorkOptions) {}

  /** The first run after `firstMs`; default: at once. */
  start(firstMs = 0): this {
    this.runIn(firstMs);
    return this;
  }

  /** Now, or as soon as the run or the pause that is on is over. */
  wake(): void {
    if (this.isRunning || this.isPausing) this.isWoken = true;
    else this.begin();
  }

  /** As wake, but not now: what is asked for again and again until then is done in one run. */
  wakeWithin(ms: number): void {
    if (this.isRunning || this.isPausing) this.wantedWithinMs = Math.min(this.wantedWithinMs, ms);
    else if (performance.now() + ms < this.timerEndsAtMs) this.runIn(ms);
  }

  /** No new run; resolves when the one that is on is over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private runIn(afterMs: number | null): void {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    const inMs = Math.min(afterMs ?? Infinity, this.wantedWithinMs);
    this.wantedWithinMs = Infinity;
    this.timerEndsAtMs = performance.now() + inMs;
    if (inMs === Infinity) return;
    this.timer = setTimeout(() => this.begin(), inMs);
  }

  private begin(): void {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    this.isPausing = false;
    this.isRunning = true;
    this.wantedWithinMs = Infinity;
    this.current = this.run();
  }

  private async run(): Promise<void> {
    const { run, onFailure, failurePauseMs = 0 } = this.options;
    this.isWoken = false;
    try {
      const hasMore = (await run()) === true;
      this.isRunning = false;
      this.runIn(hasMore || this.isWoken ? 0 : this.intervalMs);
    } catch (error) {
      onFailure(error);
      this.isRunning = false;
      const retryMs = this.options.retryMs ?? this.intervalMs;
      if (failurePauseMs > 0) this.pause(failurePauseMs, retryMs);
      else this.runIn(this.isWoken ? 0 : retryMs);
    }
  }

  /** It ends by itself, also where nothing but a wake runs this: else every later one would wait for it. */
  private pause(forMs: number, retryMs: number | null): void {
    if (this.isStopped) return;
    this.isPausing = true;
    this.timer = setTimeout(() => {
      this.isPausing = false;
      if (this.isWoken) this.begin();
      else this.runIn(retryMs === null ? null : Math.max(0, retryMs - forMs));
    }, forMs);
  }

  private get intervalMs(): number | null {
    const { spread = 0 } = this.options;
    const given = this.options.intervalMs;
    const intervalMs = typeof given === 'function' ? given() : given;
    return intervalMs === null ? null : intervalMs * (1 - spread + 2 * spread * Math.random());
  }
}
