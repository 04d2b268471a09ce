/** Remembers a ring until somebody waits for it. */
export class Bell {
  private hasRung = false;
  private wakeUp: (() => void) | null = null;

  constructor(private readonly gone: AbortSignal) {
    gone.addEventListener('abort', this.ring);
  }

  readonly ring = (): void => {
    this.hasRung = true;
    this.wakeUp?.();
  };

  remove(): void {
    this.gone.removeEventListener('abort', this.ring);
  }

  async wait(timeoutMs: number): Promise<void> {
    if (!this.hasRung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.wakeUp = null;
    this.hasRung = false;
  }
}
