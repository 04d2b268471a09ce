import type { ObjectStore } from '@sluice/object-store';

const measureMs = 1000;

/**
 * Free space of the object store, measured each second. Below the reserve nothing is accepted: the space above it
 * belongs to the database and the broker, which need it to finish what was promised.
 */
export class StoreSpace {
  private freeBytes: number | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: Pick<ObjectStore, 'freeBytes'>,
    private readonly reserveBytes: number,
    private readonly onProblem: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.measure(), measureMs);
    this.timer.unref();
  }

  async measure(): Promise<void> {
    try {
      this.freeBytes = await this.store.freeBytes();
    } catch (error) {
      this.freeBytes = null;
      this.onProblem(error);
    }
  }

  /** False also when it cannot be measured. */
  hasRoomFor(bytes: number): boolean {
    return this.freeBytes !== null && this.freeBytes - bytes >= this.reserveBytes;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
