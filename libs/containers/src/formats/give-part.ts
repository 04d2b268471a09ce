import type { OpenedItem } from '../opened-item.js';
import { type ContainerBudget, LimitReached } from '../walk-limits.js';

/** A file as it stands in a container, charged; nothing for an empty one. One that is too large is left, and said. */
export function* givePart(label: string, bytes: Buffer, budget: ContainerBudget): Generator<OpenedItem> {
  if (bytes.length === 0) return;
  budget.takePart();
  try {
    budget.takeView(bytes);
  } catch (error) {
    if (!(error instanceof LimitReached) || error.limit !== 'maxPartBytes') throw error;
    return yield { kind: 'unexamined', reason: 'limit-exceeded', limit: error.limit, label };
  }
  yield { kind: 'part', label, bytes };
}

export const damaged = (detail: string, label?: string): OpenedItem => ({
  kind: 'unexamined',
  reason: 'damaged',
  detail,
  ...(label === undefined ? {} : { label }),
});
