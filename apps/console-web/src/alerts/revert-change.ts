import type { AlertChange, AlertRow } from './alert.js';

export interface Revert {
  readonly ids: readonly number[];
  readonly change: AlertChange;
}

/**
 * What brings alerts back to what they were before a change: one request for each way they were. A comment stays: what
 * was said was said.
 */
export function revertChange(rows: readonly AlertRow[], change: AlertChange): readonly Revert[] {
  const reverts = new Map<string, { ids: number[]; change: AlertChange }>();
  for (const row of rows) {
    const before = beforeOf(row, change);
    const key = JSON.stringify(before);
    const revert = reverts.get(key) ?? { ids: [], change: before };
    revert.ids.push(row.id);
    reverts.set(key, revert);
  }
  return [...reverts.values()].filter((one) => Object.keys(one.change).length > 0);
}

const beforeOf = (row: AlertRow, change: AlertChange): AlertChange => ({
  ...(change.state === undefined ? {} : { state: row.state }),
  ...(change.assignee === undefined ? {} : { assignee: row.assignee }),
  // Opening an alert takes its disposition away, so both come back together.
  ...(change.state === undefined && change.disposition === undefined ? {} : { disposition: row.disposition }),
  // What someone else made of it since is not undone with it.
  ...(change.state === undefined ? {} : { ifState: change.state }),
});
