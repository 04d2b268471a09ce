/** So many calls at once, the others in the order they came. */
export class CallLimit {
  private active = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly atOnce: number) {}

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.active >= this.atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.active += 1;
    try {
      return await call();
    } finally {
      // The place goes to the next one: it is never free while somebody waits.
      const next = this.waiting.shift();
      if (next === undefined) this.active -= 1;
      else next();
    }
  }
}
