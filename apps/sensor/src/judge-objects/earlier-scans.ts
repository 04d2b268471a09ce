/** As long as a gateway takes a repeat for the same scan, whatever changed meanwhile. */
export const repeatMs = 10 * 60_000;
/** What is kept of one scan is its name; a sensor of a busy hour leaves no more than this. */
const maxKept = 10_000;

/** `left`: it was still running when its caller was answered. `judged`: it had its verdict, by engines. */
export interface EarlierScan {
  readonly kind: 'left' | 'judged';
  /** When it was first sent, not when it was answered; its acceptance came after. */
  readonly begunAtMs: number;
}

/**
 * One that was left is asked for as long as a gateway takes a repeat for the same scan; later it is submitted anew, which
 * meets it while it is unfinished. A verdict is asked for longer, and looked at before it is believed.
 */
const keptMs: Readonly<Record<EarlierScan['kind'], number>> = {
  left: repeatMs,
  judged: 60 * 60_000,
};

/** Scans whose objects may come again, by their names. */
export class EarlierScans {
  private readonly scans = new Map<string, EarlierScan>();

  add(scanId: string, scan: EarlierScan): void {
    // Last in the order of the map: the oldest are forgotten first.
    this.scans.delete(scanId);
    this.scans.set(scanId, scan);
    for (const oldest of this.scans.keys()) {
      if (this.scans.size <= maxKept) return;
      this.scans.delete(oldest);
    }
  }

  /** Null: there was none, or too long ago. It is not there afterwards. */
  take(scanId: string): EarlierScan | null {
    const scan = this.scans.get(scanId);
    this.scans.delete(scanId);
    return scan !== undefined && performance.now() - scan.begunAtMs < keptMs[scan.kind] ? scan : null;
  }
}
