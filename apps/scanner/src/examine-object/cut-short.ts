import type { EngineErrorCode, EngineOutcome } from '@sluice/contracts';

export interface CutOptions {
  /** A mail waits on this scanner, or the next one would have to. */
  readonly isMailHeldUp: () => boolean;
  /** Told of engines that are still at work on an object whose scan has ended. */
  readonly keepFromOthers: (until: Promise<unknown>) => void;
  readonly graceMs?: number;
}

/** What engines still get for an object that cannot become clean any more. */
export const hopelessGraceMs = 5000;
const lookEveryMs = 200;

/**
 * The engines' work on one object, ended early when it can no longer make the object clean and mail waits: what they would
 * still find is less than what it costs. From the moment both are so they have `graceMs` left. An engine that was not
 * heard counts as over its time, or, where another one had failed, as failed in the same way, so that the scan is tried
 * again where it would have been.
 */
export class CutShort {
  private readonly controller = new AbortController();
  private readonly over: Promise<null>;
  private code: EngineErrorCode = 'timeout';
  private looking: NodeJS.Timeout | null = null;
  private ending: NodeJS.Timeout | null = null;

  constructor(private readonly options: CutOptions) {
    const { signal } = this.controller;
    this.over = new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
  }

  /** Aborts when the time is up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The object cannot become clean any more; `because` of a failed engine, or null. */
  hopeless(because: EngineErrorCode | null): void {
    if (this.looking !== null || this.ending !== null || this.signal.aborted) return;
    this.code = because ?? this.code;
    this.looking = setInterval(() => this.look(), lookEveryMs);
    this.look();
  }

  /** What the engine says, or has not said in time. */
  async scan(ask: () => Promise<EngineOutcome>): Promise<EngineOutcome> {
    if (this.signal.aborted) return this.outcome;
    const running = ask();
    const outcome = await Promise.race([running, this.over]);
    if (outcome !== null) return outcome;
    this.options.keepFromOthers(running);
    return this.outcome;
  }

  /** The scan is over. */
  end(): void {
    if (this.looking !== null) clearInterval(this.looking);
    if (this.ending !== null) clearTimeout(this.ending);
  }

  private get outcome(): EngineOutcome {
    return { kind: 'failed', code: this.code, retryable: true };
  }

  private look(): void {
    if (!this.options.isMailHeldUp()) return;
    if (this.looking !== null) clearInterval(this.looking);
    this.looking = null;
    this.ending = setTimeout(() => this.controller.abort(), this.options.graceMs ?? hopelessGraceMs);
  }
}
