import { describe, expect, it } from 'vitest';
import { BrokenOff } from './broken-off.js';

const [object, other] = ['a'.repeat(64), 'b'.repeat(64)];

/** Remembers by a clock that the test sets. */
function remembering(): { brokenOff: BrokenOff; clock: { ms: number } } {
  const clock = { ms: 1000 };
  return { clock, brokenOff: new BrokenOff(() => clock.ms) };
}

describe('BrokenOff', () => {
  it('suspects what an engine broke off on, and nothing else', () => {
    const { brokenOff } = remembering();
    brokenOff.note(object, 'clamav', 900);
    expect([brokenOff.isSuspect(object), brokenOff.isSuspect(other)]).toEqual([true, false]);
    expect(brokenOff.engineItEnds(object)).toBeNull();
  });

  it('gives an object up when the engine broke off on a scan that began after the first end', () => {
    const { brokenOff, clock } = remembering();
    brokenOff.note(object, 'clamav', 900);
    clock.ms = 3000;
    brokenOff.note(object, 'clamav', 2000);
    expect(brokenOff.engineItEnds(object)).toBe('clamav');
    expect(brokenOff.engineItEnds(other)).toBeNull();
  });

  it('counts one end once, however many scans of the same bytes were in hand', () => {
    const { brokenOff } = remembering();
    for (let copies = 0; copies < 5; copies += 1) brokenOff.note(object, 'clamav', 900);
    expect(brokenOff.engineItEnds(object)).toBeNull();
  });

  it('begins anew when an engine came to its end, and after an hour', () => {
    const { brokenOff, clock } = remembering();
    brokenOff.note(object, 'clamav', 900);
    brokenOff.forget(object);
    expect(brokenOff.isSuspect(object)).toBe(false);
    for (const ms of [2000, 3000]) {
      clock.ms = ms;
      brokenOff.note(object, 'clamav', ms);
    }
    expect(brokenOff.engineItEnds(object)).toBe('clamav');
    clock.ms = 3000 + 3600_000;
    expect(brokenOff.engineItEnds(object)).toBeNull();
    expect(brokenOff.isSuspect(object)).toBe(false);
  });

  it('remembers no more than a thousand', () => {
    const { brokenOff } = remembering();
    for (let n = 0; n <= 1000; n += 1) brokenOff.note(String(n), 'clamav', 900);
    expect([brokenOff.isSuspect('0'), brokenOff.isSuspect('1'), brokenOff.isSuspect('1000')]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
