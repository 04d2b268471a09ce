import { printable } from './format-table.js';
import type { Output } from './progress.js';

const width = 24;
const leastBetweenMs = 100;

/** One line that is drawn over itself, on terminals only. */
export class ProgressBar {
  readonly #output: Output;
  #shownAtMs = 0;
  #isShown = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(title: string, done: number, total: number): void {
    const now = Date.now();
    if (this.#output.isTTY !== true || (done < total && now - this.#shownAtMs < leastBetweenMs)) return;
    this.#shownAtMs = now;
    this.#isShown = true;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(share * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    this.#output.write(
      `\r\u001b[K${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${printable(title).slice(0, 60)}`,
    );
  }

  end(): void {
    if (this.#isShown) this.#output.write('\r\u001b[K');
    this.#isShown = false;
  }
}
