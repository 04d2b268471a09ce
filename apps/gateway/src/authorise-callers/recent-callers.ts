interface RecentCaller {
  readonly reportedAtMs: number;
  readonly wasKnown: boolean;
  readonly answerClass: number;
}

const refreshMs = 60_000;
/** A pair the registry does not have: the sighting may have been lost, or its row have been deleted since. */
const unknownRefreshMs = 2000;

/**
 * Decides which requests are worth a report: each pair at most once a minute, but at once when it is new, became
 * unknown (its row was deleted), or is answered differently than before. Bounded: a flood of new certificates only
 * makes old ones be reported again.
 */
export class RecentCallers {
  /** In the order of their last report, oldest first. */
  private readonly callers = new Map<string, RecentCaller>();

  constructor(private readonly maxCallers = 10_000) {}

  isDue(pair: string, seen: { isKnown: boolean; status: number }, nowMs = performance.now()): boolean {
    const last = this.callers.get(pair);
    if (last === undefined || last.wasKnown !== seen.isKnown) return true;
    if (last.answerClass !== answerClass(seen.status)) return true;
    return nowMs - last.reportedAtMs >= (seen.isKnown ? refreshMs : unknownRefreshMs);
  }

  reported(pair: string, seen: { isKnown: boolean; status: number }, nowMs = performance.now()): void {
    this.callers.delete(pair);
    this.callers.set(pair, {
      reportedAtMs: nowMs,
      wasKnown: seen.isKnown,
      answerClass: answerClass(seen.status),
    });
    if (this.callers.size <= this.maxCallers) return;
    const [oldest] = this.callers.keys();
    if (oldest !== undefined) this.callers.delete(oldest);
  }

  /** The report was lost: the next request makes it again. */
  forget(pair: string): void {
    this.callers.delete(pair);
  }

  get size(): number {
    return this.callers.size;
  }
}

const answerClass = (status: number): number => Math.floor(status / 100);
