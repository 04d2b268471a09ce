/** What is kept of one scan is its name; a sensor of a busy hour leaves no more than this. */
const maxKept = 10_000;
const keptMs = 3_600_000;

/** Scans that were still running when their caller was answered, by the names under which they come again. */
export class LeftScans {
  private readonly untilMs = new Map<string, number>();

  add(scanId: string): void {
    // Last in the order of the map: the oldest are forgotten first.
    this.untilMs.delete(scanId);
    this.untilMs.set(scanId, performance.now() + keptMs);
    for (const oldest of this.untilMs.keys()) {
      if (this.untilMs.size <= maxKept) return;
      this.untilMs.delete(oldest);
    }
  }

  /** Was it left within the last hour? It is not afterwards. */
  take(scanId: string): boolean {
    const untilMs = this.untilMs.get(scanId) ?? 0;
    this.untilMs.delete(scanId);
    return untilMs > performance.now();
  }
}
