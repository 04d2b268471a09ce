/** An engine ended so often over one object, the last time while it was alone: it isn't the engine. */
const most = 2;
const forgottenAfterMs = 3600_000;
const maxRemembered = 1000;

interface Remembered {
  readonly times: number;
  readonly engine: string;
  readonly atMs: number;
}

/**
 * Objects that an engine broke off on: it had all of them and was gone before it said anything. Known by their hash, since
 * the same bytes would end it again, and by this process alone.
 *
 * | an engine broke off                             | the object                                         |
 * |-------------------------------------------------|----------------------------------------------------|
 * | once                                            | is scanned again, alone                            |
 * | again, on a scan that began after the first end | ends in error; the same bytes do so without a scan |
 * | once, and finished the object the next time     | is forgotten                                       |
 *
 * All that an engine had in hand when it ended is noted, the innocent too: one end counts once for each hash.
 */
export class BrokenOff {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** `startedMs`: when its scan began, by the same clock. */
  note(sha256: string, engine: string, startedMs: number): void {
    const before = this.find(sha256);
    if (before !== null && startedMs < before.atMs) return;
    this.remembered.delete(sha256);
    this.remembered.set(sha256, { times: (before?.times ?? 0) + 1, engine, atMs: this.now() });
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > maxRemembered && oldest !== undefined) this.remembered.delete(oldest);
  }

  /** Every engine finished it. */
  forget(sha256: string): void {
    this.remembered.delete(sha256);
  }

  isSuspect(sha256: string): boolean {
    return this.find(sha256) !== null;
  }

  /** The engine that is not shown this any more; null: it may be. */
  engineItEnds(sha256: string): string | null {
    const found = this.find(sha256);
    return found !== null && found.times >= most ? found.engine : null;
  }

  private find(sha256: string): Remembered | null {
    const found = this.remembered.get(sha256);
    if (found === undefined) return null;
    if (this.now() - found.atMs < forgottenAfterMs) return found;
    this.remembered.delete(sha256);
    return null;
  }
}
