/** What one attempt is given. */
export interface AttemptContext {
  /** Aborted when another attempt was answered, or no one waits any more. */
  readonly signal: AbortSignal;
  /** Something moved: whoever makes progress is not silent. */
  readonly onProgress: () => void;
}

/** Null: it failed, and the next one is to be tried. Never rejects. */
export type Attempt<Answer> = (context: AttemptContext) => Promise<Answer | null>;

interface RaceOptions {
  /** Silence of the attempt begun last, after which the next is begun beside it. */
  readonly hedgeMs: number;
  readonly signal: AbortSignal;
}

interface Ended<Answer> {
  readonly of: number;
  readonly answer: Answer | null;
}

/**
 * The first answer of attempts that are begun one after the other: the next at once when one failed, and beside those
 * that run when the last one is silent for too long. What was begun earlier may still win: slow is not wrong. Null when
 * all failed.
 */
export async function firstAnswer<Answer>(
  attempts: readonly Attempt<Answer>[],
  { hedgeMs, signal }: RaceOptions,
): Promise<Answer | null> {
  const over = new AbortController();
  const context = AbortSignal.any([signal, over.signal]);
  // Only what was looked at is taken out: two may end at the same moment.
  const running = new Map<number, Promise<Ended<Answer>>>();
  let begunCount = 0;
  try {
    for (;;) {
      const attempt = attempts[begunCount];
      const silence = attempt === undefined ? null : new Silence(hedgeMs);
      if (attempt !== undefined) {
        const of = begunCount;
        const ended = attempt({ signal: context, onProgress: () => silence?.moved() });
        running.set(
          of,
          ended.then((answer) => ({ answer, of })),
        );
        begunCount += 1;
      }
      if (running.size === 0) return null;
      const turns: Promise<Ended<Answer> | 'silent'>[] = [...running.values()];
      if (silence !== null) turns.push(silence.lasted);
      const turn = await Promise.race(turns);
      silence?.end();
      if (turn === 'silent') continue;
      if (turn.answer !== null) return turn.answer;
      running.delete(turn.of);
    }
  } finally {
    over.abort();
  }
}

/** A timer that begins anew whenever something moves. */
class Silence {
  readonly lasted: Promise<'silent'>;
  private timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.lasted = new Promise((resolve) => {
      this.timer = setTimeout(() => resolve('silent'), ms);
    });
  }

  moved(): void {
    this.timer?.refresh();
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
