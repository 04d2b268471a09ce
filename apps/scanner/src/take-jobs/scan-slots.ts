/**
 * Lets scans run side by side, or one all alone: an object that may have brought down a scanner must not take others
 * with it. Whoever waits to be alone keeps new ones from starting.
 */
export class ScanSlots {
  private active = 0;
  private readonly waiting: { readonly isAlone: boolean; readonly enter: () => void }[] = [];
  private isAloneInside = false;

  get busy(): number {
    return this.active;
  }

  async run<Result>(isAlone: boolean, work: () => Promise<Result>): Promise<Result> {
    await this.enter(isAlone);
    try {
      return await work();
    } finally {
      this.active -= 1;
      this.isAloneInside = false;
      this.admit();
    }
  }

  private enter(isAlone: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ isAlone, enter: resolve });
      this.admit();
    });
  }

  private admit(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const hasRoom = next.isAlone ? this.active === 0 : !this.isAloneInside;
      if (!hasRoom || this.isAloneInside) return;
      this.waiting.shift();
      this.active += 1;
      this.isAloneInside = next.isAlone;
      next.enter();
    }
  }
}
