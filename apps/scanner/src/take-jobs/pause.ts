/** Waiting that ends at once when the scanner stops. */
export class Pause {
  isOver = false;
  private readonly waiting = new Set<() => void>();

  wait(timeoutMs: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.waiting.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.waiting.add(finish);
    });
  }

  end(): void {
    this.isOver = true;
    for (const finish of [...this.waiting]) finish();
  }
}
