import type { GatewayLimits } from '../gateway-limits.js';

interface HoldOptions<Result> {
  readonly registrationId: string;
  readonly waitMs: number;
  /** The caller is gone: nobody waits any more. */
  readonly gone: AbortSignal;
  /** Asked at once, on every hint, and every `recheckMs`. */
  readonly look: () => Promise<Result>;
  readonly isEnough: (result: Result) => boolean;
}

/** Requests that wait for something to happen (`wait=SECONDS`). */
export class HeldRequests {
  private readonly wakers = new Map<string, Set<() => void>>();
  private isStopping = false;

  constructor(
    private readonly limits: GatewayLimits['hold'],
    private readonly onCount: (change: 1 | -1) => void = () => undefined,
  ) {}

  /** A hint that these registrations have scans that ended. */
  wake(registrationIds: readonly string[]): void {
    for (const id of registrationIds) for (const waker of [...(this.wakers.get(id) ?? [])]) waker();
  }

  /** Everything that waits is answered as things are now, and nothing waits from here on. */
  stop(): void {
    this.isStopping = true;
    this.wake([...this.wakers.keys()]);
  }

  /** The last look's result when it is enough or the time is up; `too-many` when the system holds too many already. */
  async hold<Result>(options: HoldOptions<Result>): Promise<Result | 'too-many'> {
    const deadlineMs = performance.now() + options.waitMs;
    const first = await options.look();
    if (options.isEnough(first) || options.waitMs <= 0) return first;
    const waiters = this.wakers.get(options.registrationId) ?? new Set();
    if (waiters.size >= this.limits.maxPerSystem) return 'too-many';
    this.wakers.set(options.registrationId, waiters);
    const bell = new Bell(options.gone);
    waiters.add(bell.ring);
    this.onCount(1);
    try {
      return await this.lookUntil(options, bell, deadlineMs);
    } finally {
      this.onCount(-1);
      bell.remove();
      waiters.delete(bell.ring);
      if (waiters.size === 0) this.wakers.delete(options.registrationId);
    }
  }

  private async lookUntil<Result>(
    { look, isEnough, gone }: HoldOptions<Result>,
    bell: Bell,
    deadlineMs: number,
  ): Promise<Result> {
    for (;;) {
      // The bell is up since before this look: what ends during it rings for the next one.
      const result = await look();
      const leftMs = deadlineMs - performance.now();
      if (isEnough(result) || leftMs <= 0 || gone.aborted || this.isStopping) return result;
      await bell.wait(Math.min(leftMs, this.limits.recheckMs));
    }
  }
}

/** Remembers a ring until somebody waits for it. */
class Bell {
  private hasRung = false;
  private wakeUp: (() => void) | null = null;

  constructor(private readonly gone: AbortSignal) {
    gone.addEventListener('abort', this.ring);
  }

  readonly ring = (): void => {
    this.hasRung = true;
    this.wakeUp?.();
  };

  remove(): void {
    this.gone.removeEventListener('abort', this.ring);
  }

  async wait(timeoutMs: number): Promise<void> {
    if (!this.hasRung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.wakeUp = null;
    this.hasRung = false;
  }
}
