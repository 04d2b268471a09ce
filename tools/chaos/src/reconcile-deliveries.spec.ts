import { describe, expect, it } from 'vitest';
import { isAllTold, reconcileDeliveries } from './reconcile-deliveries.js';

const alerts = [
  { alertId: '1', eventId: 'a' },
  { alertId: '2', eventId: 'b' },
];
const told = (mail: string[], webhook: string[]) =>
  reconcileDeliveries(alerts, new Map(Object.entries({ mail, webhook })));

describe('reconcileDeliveries', () => {
  it('is content when every receiver got every alert, in any order', () => {
    expect(told(['a', 'b'], ['b', 'a'])).toMatchObject({ alerts: 2, receipts: 4, missing: 0, doubled: 0 });
    expect(isAllTold(told(['a', 'b'], ['b', 'a']))).toBe(true);
  });
  it('counts what came twice, and allows it', () => {
    expect(told(['a', 'b', 'a', 'a'], ['a', 'b'])).toMatchObject({ doubled: 2, missing: 0 });
    expect(isAllTold(told(['a', 'b', 'a'], ['a', 'b']))).toBe(true);
  });
  it('names what a receiver did not get, though another did', () => {
    const result = told(['a', 'b'], ['a']);
    expect(result.problems).toEqual(['alert 2: not told to webhook']);
    expect(isAllTold(result)).toBe(false);
  });
  it('takes an alert that no one made anything of for missing, and an event without an alert for wrong', () => {
    const lost = reconcileDeliveries([{ alertId: '3', eventId: null }], new Map([['mail', []]]));
    expect(lost.missing).toBe(1);
    expect(isAllTold(told(['a', 'b', 'c'], ['a', 'b']))).toBe(false);
  });
  it('proves nothing without an alert', () => {
    expect(isAllTold(reconcileDeliveries([], new Map()))).toBe(false);
  });
});
