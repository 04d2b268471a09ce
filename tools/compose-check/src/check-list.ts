/** What was tried, in order, and what came of it: one line each, printed as it happens. */
export class CheckList {
  readonly passed: string[] = [];
  private readonly failed: string[] = [];
  private isEnded = false;
  private readonly startedMs = performance.now();

  /** Runs one check; a rejection is its failure, and the next one goes on. Answers null when it failed. */
  async check<Result>(title: string, work: () => Promise<Result>): Promise<Result | null> {
    if (this.isEnded) return null;
    const startedMs = performance.now();
    try {
      const result = await work();
      this.passed.push(title);
      const seen = typeof result === 'string' && result !== '' ? `: ${result}` : '';
      console.log(`✓ ${title}${seen} (${seconds(startedMs)} s)`);
      return result;
    } catch (error) {
      if (this.isEnded) return null;
      this.failed.push(title);
      console.log(`✗ ${title} (${seconds(startedMs)} s)\n    ${String((error as Error).message ?? error)}`);
      return null;
    }
  }

  /** The system is taken down: what is still being tried counts no more. */
  end(): void {
    this.isEnded = true;
  }

  /** Something besides the checks went wrong: the whole is no success. */
  fail(problem: string): void {
    this.failed.push(problem.split('\n')[0] ?? problem);
    console.log(`✗ ${problem}`);
  }

  heading(text: string): void {
    if (!this.isEnded) console.log(`\n${text}`);
  }

  /** Prints the sum; 0 when everything passed. */
  finish(): number {
    for (const title of this.failed) console.log(`  failed: ${title}`);
    const minutes = ((performance.now() - this.startedMs) / 60_000).toFixed(0);
    console.log(`\n${this.passed.length} passed, ${this.failed.length} failed, in ${minutes} min`);
    return this.failed.length === 0 && this.passed.length > 0 ? 0 : 1;
  }
}

const seconds = (startedMs: number): string => ((performance.now() - startedMs) / 1000).toFixed(1);

/** Throws unless the condition holds. */
export function ensure(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}

/** Waits until the work answers something else than null; its last error is part of the message when time is over. */
export async function eventually<Result>(
  what: string,
  seconds: number,
  work: () => Promise<Result | null>,
): Promise<Result> {
  const deadlineMs = performance.now() + seconds * 1000;
  let last = 'not yet';
  for (;;) {
    try {
      const result = await work();
      if (result !== null) return result;
    } catch (error) {
      last = (error as Error).message;
    }
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${seconds} s (${last})`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
