import type { Logger } from '@sluice/runtime';

export interface RegularWorkOptions {
  readonly name: string;
  /** Answers true when there may be more at once. */
  readonly run: () => Promise<boolean>;
  readonly intervalMs: number;
  readonly logger: Logger;
}

/** After a failure the database is likely to be away; it isn't asked more often than this. */
const pauseAfterFailureMs = 1000;

/** Runs something again and again, never twice at once: every `intervalMs`, at once when woken, until stopped. */
export class RegularWork {
  private isStopped = false;
  private isWoken = false;
  private endPause: (() => void) | null = null;
  private readonly done: Promise<void>;

  constructor(private readonly options: RegularWorkOptions) {
    this.done = this.loop();
  }

  wake(): void {
    this.isWoken = true;
    this.endPause?.();
  }

  /** Resolves when the run in hand is over. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.endPause?.();
    await this.done;
  }

  private async loop(): Promise<void> {
    while (!this.isStopped) {
      this.isWoken = false;
      const pauseMs = await this.once();
      if (!this.isStopped && (!this.isWoken || pauseMs === pauseAfterFailureMs)) await this.pause(pauseMs);
    }
  }

  private async once(): Promise<number> {
    const { name, run, intervalMs, logger } = this.options;
    try {
      return (await run()) ? 0 : intervalMs;
    } catch (err) {
      logger.warn({ err, work: name }, 'regular work failed, tried again');
      return Math.max(pauseAfterFailureMs, intervalMs);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.endPause = null;
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.endPause = finish;
    });
  }
}
