export interface BackOffOptions {
  /** The first pause; each failure in a row doubles it. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** How far a pause may differ from its length, as a part of it; default 0.5, so that many don't come back at once. */
  readonly spread?: number;
}

/** The pause after so many failures in a row, the first being 0. */
export function backOffMs(failures: number, options: BackOffOptions, random = Math.random): number {
  const { firstMs, longestMs, spread = 0.5 } = options;
  // 2 ** 30 times anything is beyond every longestMs, and stays a number.
  const baseMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
  return baseMs * (1 - spread + 2 * spread * random());
}

/** Pauses that grow with every failure in a row. */
export class BackOff {
  private failures = 0;

  constructor(
    private readonly options: BackOffOptions,
    private readonly random = Math.random,
  ) {}

  nextMs(): number {
    return backOffMs(this.failures++, this.options, this.random);
  }

  /** It worked: the next failure is the first again. */
  reset(): void {
    this.failures = 0;
  }
}
