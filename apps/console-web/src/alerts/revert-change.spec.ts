import { describe, expect, it } from 'vitest';
import { sampleAlerts, toAlertRow } from '../../testing/fake-console/sample-alerts.js';
import type { AlertRow } from './alert.js';
import { revertChange } from './revert-change.js';

const [sample] = sampleAlerts(1).map(toAlertRow);
const rowOf = (given: Partial<AlertRow>): AlertRow => ({ ...(sample as AlertRow), ...given });
const rows = [
  rowOf({ id: 1, state: 'new', assignee: null, disposition: null }),
  rowOf({ id: 2, state: 'closed', assignee: 'ann', disposition: 'test' }),
  rowOf({ id: 3, state: 'new', assignee: null, disposition: null }),
];

describe('undoing a change', () => {
  it('asks for what each was, together where they were the same', () => {
    expect(revertChange(rows, { state: 'closed', disposition: 'duplicate', comment: 'same as 1' })).toEqual([
      { ids: [1, 3], change: { state: 'new', disposition: null, ifState: 'closed' } },
      { ids: [2], change: { state: 'closed', disposition: 'test', ifState: 'closed' } },
    ]);
  });

  it('leaves alone what was not changed', () => {
    expect(revertChange(rows, { assignee: 'bob' })).toEqual([
      { ids: [1, 3], change: { assignee: null } },
      { ids: [2], change: { assignee: 'ann' } },
    ]);
  });

  it('gives a disposition back to what was opened', () => {
    expect(revertChange(rows.slice(1, 2), { state: 'in-process' })).toEqual([
      { ids: [2], change: { state: 'closed', disposition: 'test', ifState: 'in-process' } },
    ]);
  });

  it('of a comment alone is nothing', () => {
    expect(revertChange(rows, { comment: 'seen' })).toEqual([]);
  });
});
