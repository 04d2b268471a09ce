/** One pull at a time; a request while one runs leads to exactly one more; a failed one is tried again. */
export class PullLoop {
  private isRunning = false;
  private isWanted = false;
  private isStopped = false;
  private retryTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly options: {
      readonly pull: () => Promise<void>;
      readonly retryMs: number;
      readonly onProblem?: (error: unknown) => void;
    },
  ) {}

  request(): void {
    this.isWanted = true;
    if (!this.isRunning && !this.isStopped) void this.run();
  }

  stop(): void {
    this.isStopped = true;
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    try {
      while (this.isWanted && !this.isStopped) {
        this.isWanted = false;
        await this.options.pull();
      }
    } catch (error) {
      this.options.onProblem?.(error);
      this.retryLater();
    } finally {
      this.isRunning = false;
    }
  }

  private retryLater(): void {
    if (this.isStopped) return;
    this.retryTimer = setTimeout(() => this.request(), this.options.retryMs);
    this.retryTimer.unref();
  }
}
