import { describe, expect, it } from 'vitest';
import { lookAgainInMs, nothingWaits, unheardMs } from './look-again.js';

describe('when the notifier looks for work by itself', () => {
  it.each([
    ['nothing waits', nothingWaits, false, unheardMs],
    ['a delivery becomes due before', { hasAlerts: false, dueInMs: 700 }, false, 700],
    ['the next delivery is due in an hour', { hasAlerts: false, dueInMs: 3_600_000 }, false, unheardMs],
  ])('waits as long as it may: %s', (_, found, isSending, expected) => {
    expect(lookAgainInMs(found, isSending)).toBe(expected);
  });

  it.each([
    ['alerts wait for whoever has the lock', { hasAlerts: true, dueInMs: null }, false],
    ['what is due waits for a slot or the end of a pause', { hasAlerts: false, dueInMs: 0 }, false],
    ['it sends, which may make others due', nothingWaits, true],
  ])('looks again soon: %s', (_, found, isSending) => {
    expect(lookAgainInMs(found, isSending)).toBeLessThan(500);
  });
});
