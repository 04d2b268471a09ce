import { describe, expect, it } from 'vitest';
import type { Intended } from './chaos-client.js';
import { isFlawless, reconcile } from './reconcile.js';

const one = (expected: Intended['expected'], okAtMs: number | null = 1): Intended => ({
  sensorId: 's',
  scanId: 'a',
  expected,
  firstSentAtMs: 0,
  okAtMs,
});
const found = (state: string | null, alerts = 0) => ({
  states: new Map(state === null ? [] : [['s a', state]]),
  alerts: new Map(alerts === 0 ? [] : [['s a', alerts]]),
});

describe('reconcile', () => {
  it.each([
    ['detect', 'detect', 1, 'right'],
    ['not detected', 'not detected', 0, 'right'],
    ['not detected', 'error', 0, 'wrong'],
    ['detect', 'not detected', 0, 'wrong'],
    ['not detected', 'timeout', 0, 'wrong'],
    ['not detected', 'not detected', 1, 'wrong'],
    ['detect', 'detect', 0, 'lost'],
    ['detect', null, 0, 'lost'],
    ['detect', 'processing', 0, 'stillOpen'],
  ] as const)('%s that reads %s with %i alerts is %s', (expected, state, alerts, ending) => {
    const result = reconcile([one(expected)], found(state, alerts));
    expect(result[ending]).toBe(1);
    expect(isFlawless(result)).toBe(ending === 'right');
  });
  it('counts two alerts as doubled, also for what was never answered OK', () => {
    expect(reconcile([one('detect', null)], found('detect', 2))).toMatchObject({ doubled: 1, answeredOk: 0 });
    expect(isFlawless(reconcile([one('detect')], found('detect', 2)))).toBe(false);
  });
  it('expects nothing of what was never answered OK', () => {
    expect(isFlawless(reconcile([one('detect', null)], found(null)))).toBe(true);
  });
});
