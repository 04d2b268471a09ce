import { ApiProblem, describeProblem } from '../api/api-problem.js';

export interface ManyProgress {
  readonly done: number;
  readonly refused: number;
  /** Why the last one was refused. */
  readonly reason: string | null;
}

const atOnce = 4;

/** Asks the same of each, a few at a time. One that is refused doesn't stop the others. */
export async function askMany<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  askOne: (item: Item) => Promise<unknown>,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: ManyProgress) => void },
): Promise<ManyProgress> {
  let progress: ManyProgress = { done: 0, refused: 0, reason: null };
  const running = new Set<Promise<void>>();
  const tell = (part: Partial<ManyProgress>) => {
    progress = { ...progress, ...part };
    options.onProgress(progress);
  };
  for await (const item of items) {
    if (options.signal.aborted) break;
    const one: Promise<void> = askOne(item)
      .then(
        () => tell({ done: progress.done + 1 }),
        (thrown: unknown) => {
          // Nothing after it will work either.
          if (thrown instanceof ApiProblem && (thrown.isPassing || thrown.status === 403)) throw thrown;
          tell({ refused: progress.refused + 1, reason: describeProblem(thrown) });
        },
      )
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  return progress;
}
