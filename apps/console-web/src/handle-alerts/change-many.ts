import { ApiProblem } from '../ask-api/api-problem.js';
import type { AlertChange } from './alert.js';
import { changeAlert } from './alerts-query.js';

export interface ChangeProgress {
  readonly done: number;
  readonly failed: number;
}

const atOnce = 4;

/** Changes alerts a few at a time. One that is gone meanwhile doesn't stop the others. */
export async function changeMany(
  ids: AsyncIterable<number> | Iterable<number>,
  change: AlertChange,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: ChangeProgress) => void },
): Promise<ChangeProgress> {
  let progress: ChangeProgress = { done: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  const tell = (part: Partial<ChangeProgress>) => {
    progress = { ...progress, ...part };
    options.onProgress(progress);
  };
  for await (const id of ids) {
    if (options.signal.aborted) break;
    const one: Promise<void> = changeAlert(id, change)
      .then(
        () => tell({ done: progress.done + 1 }),
        (thrown: unknown) => {
          // Nothing after it will work either.
          if (thrown instanceof ApiProblem && (thrown.isPassing || thrown.status === 403)) throw thrown;
          tell({ failed: progress.failed + 1 });
        },
      )
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  return progress;
}
