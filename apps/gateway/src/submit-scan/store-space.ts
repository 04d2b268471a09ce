import type { ObjectStore } from '@sluice/object-store';
import { PeriodicWork } from '@sluice/timing';

/** While someone asks; the reserve is far more than what comes in such a time. */
const freshForMs = 1000;
const idleMs = 5000;

/**
 * Free space of the object store, measured each second while it is asked for, now and then otherwise. Below the reserve
 * nothing is accepted: the space above it belongs to the database and the broker, which need it to finish what was promised.
 */
export class StoreSpace {
  private freeBytes: number | null = null;
  private measuredAtMs = Number.NEGATIVE_INFINITY;
  private readonly work: PeriodicWork;

  constructor(
    private readonly store: Pick<ObjectStore, 'freeBytes'>,
    private readonly reserveBytes: number,
    private readonly onProblem: (error: unknown) => void,
  ) {
    this.work = new PeriodicWork({ run: () => this.measure(), intervalMs: idleMs, onFailure: onProblem });
    this.work.start(idleMs);
  }

  async measure(): Promise<void> {
    this.measuredAtMs = performance.now();
    try {
      this.freeBytes = await this.store.freeBytes();
    } catch (error) {
      this.freeBytes = null;
      this.onProblem(error);
    }
  }

  /** False also when it cannot be measured. */
  hasRoomFor(bytes: number): boolean {
    if (performance.now() - this.measuredAtMs >= freshForMs) this.work.wake();
    return this.freeBytes !== null && this.freeBytes - bytes >= this.reserveBytes;
  }

  stop(): Promise<void> {
    return this.work.stop();
  }
}
