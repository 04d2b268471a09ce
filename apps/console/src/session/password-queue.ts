import { unavailable } from '../api/api.errors.js';

/**
 * Lets few password hashes be computed at once: each takes 32 MiB and a thread, and anybody may ask for one.
 * Those who come when the line is full are told to try again.
 */
export class PasswordQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning = 2,
    private readonly maxWaiting = 32,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.maxRunning) await this.wait();
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  /** The one who ends hands its place over, so `running` stays as it is. */
  private wait(): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) throw unavailable('too many sign-ins at once; try again');
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
