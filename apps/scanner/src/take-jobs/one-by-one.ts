/** Lets one piece of work in after the other; each may let the next one in before it ends. */
export class OneByOne {
  private last: Promise<void> = Promise.resolve();

  async run<Result>(work: (release: () => void) => Promise<Result>): Promise<Result> {
    const before = this.last;
    let release: () => void = () => undefined;
    this.last = new Promise((resolve) => (release = resolve));
    await before;
    try {
      return await work(release);
    } finally {
      release();
    }
  }
}
