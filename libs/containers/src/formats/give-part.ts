import type { OpenedItem } from '../opened-item.js';
import type { ContainerBudget } from '../walk-limits.js';

/** A file as it stands in a container, charged; nothing for an empty one. */
export function* givePart(label: string, bytes: Buffer, budget: ContainerBudget): Generator<OpenedItem> {
  if (bytes.length === 0) return;
  budget.takePart();
  budget.takeView(bytes);
  yield { kind: 'part', label, bytes };
}

export const damaged = (detail: string, label?: string): OpenedItem => ({
  kind: 'unexamined',
  reason: 'damaged',
  detail,
  ...(label === undefined ? {} : { label }),
});
