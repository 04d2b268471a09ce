/** Ends the wait for a store that hangs: the first thing that is waited for, or what `onOver` says. */
export class Deadline {
  private end: (error: Error) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.timer = setTimeout(() => this.end(new Error('not read in time')), timeoutMs);
  }

  onOver(end: (error: Error) => void): void {
    this.end = end;
  }

  /** The work's result, unless the time is over before. */
  over<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.onOver(reject);
      work.then(resolve, reject);
    });
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}
