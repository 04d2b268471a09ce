import { ApiProblem, describeProblem } from '../../api/api-problem.js';
import { canReplay, type Delivery } from './delivery.js';
import { replayDelivery } from './deliveries-query.js';

export interface ReplayProgress {
  readonly done: number;
  readonly refused: number;
  /** Why the last one was refused. */
  readonly reason: string | null;
}

const atOnce = 4;

/** A few at a time. One whose rule or channel is gone doesn't stop the others. */
export async function replayMany(
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: ReplayProgress) => void },
): Promise<ReplayProgress> {
  let progress: ReplayProgress = { done: 0, refused: 0, reason: null };
  const running = new Set<Promise<void>>();
  const tell = (part: Partial<ReplayProgress>) => {
    progress = { ...progress, ...part };
    options.onProgress(progress);
  };
  for await (const delivery of deliveries) {
    if (options.signal.aborted) break;
    if (!canReplay(delivery)) continue;
    const one: Promise<void> = replayDelivery(delivery.id)
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
