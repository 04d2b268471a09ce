import { describe, expect, it } from 'vitest';
import { identify, isRunning } from './process-identity.js';

describe('process identity', () => {
  it('is the same each time it is asked for', () =>
    expect(identify(process.pid)).toEqual(identify(process.pid)));
  it('tells a process from a later one with the same number', () => {
    const own = identify(process.pid);
    expect(own === null ? null : isRunning(own)).toBe(true);
    expect(isRunning({ pid: process.pid, startedAt: 'another time' })).toBe(false);
  });
  it('is null for a number no one has', () => expect(identify(2 ** 22 + 1)).toBeNull());
});
