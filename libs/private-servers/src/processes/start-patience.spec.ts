import { describe, expect, it } from 'vitest';
import { StartPatience } from './start-patience.js';

describe('a process that starts is waited for', () => {
  const overAt = (said: (nowMs: number) => string): number => {
    const patience = new StartPatience(60, 1000);
    let nowMs = 1000;
    while (!patience.isOver(said(nowMs), nowMs)) nowMs += 1;
    return nowMs - 1000;
  };

  it('three times the usual while it says nothing', () => {
    expect(overAt(() => '')).toBe(180);
  });

  it('the usual while it says what it lacks, from when it said so', () => {
    expect(overAt(() => 'broker')).toBe(60);
    expect(overAt((nowMs) => (nowMs < 1050 ? '' : 'broker'))).toBe(110);
  });

  it('anew when it comes further, and not for ever', () => {
    expect(overAt((nowMs) => (nowMs < 1050 ? 'broker' : 'schema'))).toBe(110);
    expect(overAt((nowMs) => `step ${nowMs}`)).toBe(180);
  });
});
