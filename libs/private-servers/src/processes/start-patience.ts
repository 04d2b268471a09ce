/** What takes seconds on a machine with nothing else to do takes minutes on one with everything to do. */
const slownessAllowed = 3;

/**
 * How long a process that is alive is waited for until it is ready:
 *
 * | it says                            | it is waited for                                       |
 * |------------------------------------|--------------------------------------------------------|
 * | nothing yet                        | three times the usual: it waits for the processor      |
 * | what it lacks, and then other things | the usual, anew with each change; three times in all |
 * | what it lacks, always the same     | the usual, from when it said so                        |
 */
export class StartPatience {
  #said = '';
  #saidAtMs = 0;

  constructor(
    private readonly usualMs: number,
    private readonly startedAtMs: number,
  ) {}

  /** `lack`: what it lacks by its own words; empty: it said nothing. */
  isOver(lack: string, nowMs: number): boolean {
    if (lack !== this.#said) {
      this.#said = lack;
      this.#saidAtMs = nowMs;
    }
    if (nowMs - this.startedAtMs >= slownessAllowed * this.usualMs) return true;
    return lack !== '' && nowMs - this.#saidAtMs >= this.usualMs;
  }
}
