import { randomUUID } from 'node:crypto';

interface Entry {
  readonly scanId: string;
  users: number;
  untilMs: number;
}

/** As long as a gateway takes a repeat of a scanId for the same scan. */
const keptMs = 9 * 60_000;
const maxKept = 10_000;

/**
 * Equal objects in flight are one scan: clients that lose patience send again (rspamd after 5 s), and each time would
 * be another scan. What is not finished keeps its scanId for the next time; what has its verdict does not.
 */
export class ScanIds {
  private readonly entries = new Map<string, Entry>();

  /** The scanId for what `key` stands for. */
  take(key: string): string {
    const now = performance.now();
    const found = this.entries.get(key);
    if (found !== undefined && (found.users > 0 || found.untilMs > now)) {
      found.users += 1;
      return found.scanId;
    }
    this.forget(now);
    const entry = { scanId: randomUUID(), users: 1, untilMs: now + keptMs };
    // Last in the order of the map: the oldest are forgotten first.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.scanId;
  }

  release(key: string, scanId: string, isFinished: boolean): void {
    const entry = this.entries.get(key);
    if (entry?.scanId !== scanId) return;
    entry.users -= 1;
    if (isFinished) entry.untilMs = 0;
    if (entry.users === 0 && entry.untilMs <= performance.now()) this.entries.delete(key);
  }

  private forget(now: number): void {
    for (const [key, { users, untilMs }] of this.entries) {
      if (this.entries.size < maxKept && untilMs > now) return;
      if (users === 0) this.entries.delete(key);
    }
  }
}
