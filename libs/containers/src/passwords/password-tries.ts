/** A container that takes more has not been opened by anyone who knew its password. */
export const maxTriesPerContainer = 20;
/** Of the walk's time, for all containers together: opening must not be starved by guessing. */
const shareOfTime = 0.2;

/** What tries of passwords took in one walk. Some containers make each try cost a second on purpose. */
export class PasswordTime {
  private spentMs = 0;
  private readonly limitMs: number;

  constructor(walkMs: number) {
    this.limitMs = walkMs * shareOfTime;
  }

  get leftMs(): number {
    return Math.max(0, this.limitMs - this.spentMs);
  }

  spend(ms: number): void {
    this.spentMs += ms;
  }
}

/**
 * The passwords to try on one container, in order. From one to the next the time is charged; when the tries or the time
 * are used up there is none any more, however often an opener begins anew.
 */
export class PasswordTries implements Iterable<string> {
  private count = 0;

  constructor(
    /** Asked for when something is sealed. */
    private readonly passwords: () => readonly string[],
    private readonly time: PasswordTime,
  ) {}

  /** For work that can be left in the middle. */
  get leftMs(): number {
    return this.time.leftMs;
  }

  *[Symbol.iterator](): Generator<string> {
    for (const password of this.passwords()) {
      if (this.count >= maxTriesPerContainer || this.time.leftMs === 0) return;
      this.count += 1;
      const startedMs = performance.now();
      try {
        yield password;
      } finally {
        this.time.spend(performance.now() - startedMs);
      }
    }
  }
}
