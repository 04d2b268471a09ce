/** What is kept of one scan is its name; a sensor of a busy hour leaves no more than this. */
const maxKept = 10_000;
/**
 * As long as a gateway takes a repeat for the same scan. A report that is older may be of older signatures or another policy:
 * what comes later is submitted anew, which meets the scan while it is unfinished.
 */
const keptMs = 10 * 60_000;

/** Scans that were still running when their caller was answered, by the names under which they come again. */
export class LeftScans {
  private readonly begunAtMs = new Map<string, number>();

  /** `begunAtMs`: when it was first sent, not when it was left; its acceptance came after. */
  add(scanId: string, begunAtMs: number): void {
    // Last in the order of the map: the oldest are forgotten first.
    this.begunAtMs.delete(scanId);
    this.begunAtMs.set(scanId, begunAtMs);
    for (const oldest of this.begunAtMs.keys()) {
      if (this.begunAtMs.size <= maxKept) return;
      this.begunAtMs.delete(oldest);
    }
  }

  /** When it was begun, if that is less than ten minutes ago. It is not there afterwards. */
  take(scanId: string): number | null {
    const begunAtMs = this.begunAtMs.get(scanId);
    this.begunAtMs.delete(scanId);
    return begunAtMs !== undefined && performance.now() - begunAtMs < keptMs ? begunAtMs : null;
  }
}
