/** Scans are quick while they take no longer than this on average: what waits here for a slot then gets one at once. */
const quickMs = 50;
/** One that runs for longer says that the slots may be taken for a while. */
const slowMs = 250;
/** Each scan moves the average by this part of the difference; as many have to be seen before it counts. */
const weight = 1 / 16;

/** How long scans keep their slots, lately. */
export class ScanPace {
  private averageMs = 0;
  private seen = 0;
  /** When each scan that runs began, the oldest first. */
  private readonly running = new Map<symbol, number>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Ends with what it returns. */
  begin(): () => void {
    const scan = Symbol('scan');
    this.running.set(scan, this.nowMs());
    return () => this.end(scan);
  }

  get isQuick(): boolean {
    const [oldestMs] = this.running.values();
    const isOneSlow = oldestMs !== undefined && this.nowMs() - oldestMs > slowMs;
    return this.seen * weight >= 1 && this.averageMs <= quickMs && !isOneSlow;
  }

  private end(scan: symbol): void {
    const sinceMs = this.running.get(scan);
    if (sinceMs === undefined) return;
    this.running.delete(scan);
    this.averageMs += (this.nowMs() - sinceMs - this.averageMs) * weight;
    this.seen += 1;
  }
}
