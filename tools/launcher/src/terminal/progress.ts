export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * One line for each step that is done. On a terminal the last line tells what is still under way; elsewhere (a log file,
 * a pipe) there are only the finished lines.
 */
export class Progress {
  readonly #output: Output;
  readonly #pending = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Begins a step; call the answer when it is done. */
  step(title: string): (detail?: string) => void {
    const startedAtMs = Date.now();
    this.#pending.set(title, startedAtMs);
    this.#showPending();
    return (detail) => {
      this.#pending.delete(title);
      const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
      this.line(
        `  ✓ ${title.padEnd(22)} ${`${seconds} s`.padStart(7)}${detail === undefined ? '' : `   ${detail}`}`,
      );
    };
  }

  /** A line between the steps. */
  line(text: string): void {
    this.#clearStatus();
    this.#output.write(`${text}\n`);
    this.#showPending();
  }

  /** No step is under way any more. */
  end(): void {
    this.#pending.clear();
    this.#showPending();
  }

  #showPending(): void {
    if (this.#output.isTTY !== true) return;
    this.#clearStatus();
    if (this.#pending.size === 0) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    const oldestMs = Math.min(...this.#pending.values());
    const seconds = Math.floor((Date.now() - oldestMs) / 1000);
    this.#output.write(`  … ${[...this.#pending.keys()].join(', ')} (${seconds} s)`);
    this.#timer ??= setInterval(() => this.#showPending(), 1000).unref();
  }

  #clearStatus(): void {
    if (this.#output.isTTY === true) this.#output.write('\r\u001b[K');
  }
}
