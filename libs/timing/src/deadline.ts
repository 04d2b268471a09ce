/** A point in time by the clock that is never set back. */
export class Deadline {
  private constructor(private readonly endMs: number) {}

  static in(timeoutMs: number): Deadline {
    return new Deadline(performance.now() + timeoutMs);
  }

  /** Never below 0. */
  get remainingMs(): number {
    return Math.max(0, this.endMs - performance.now());
  }

  get isOver(): boolean {
    return performance.now() >= this.endMs;
  }
}
