import { describe, expect, it } from 'vitest';
import { codeAt, findStep, makeCodeSecret, stepOf } from './one-time-code.js';

/** RFC 6238, appendix B: the ASCII secret 12345678901234567890; its eight digits end in these six. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_234_567_890, '005924'],
  [20_000_000_000, '353130'],
] as const;

describe('a one-time code', () => {
  it.each(vectors)('at second %i is the one of the standard', (seconds, code) => {
    expect(codeAt(secret, stepOf(seconds * 1000))).toBe(code);
  });

  it('is taken one step early or late, and no further', () => {
    const nowMs = 1_234_567_890_000;
    const now = stepOf(nowMs);
    for (const step of [now - 1, now, now + 1])
      expect(findStep(secret, codeAt(secret, step), nowMs)).toBe(step);
    for (const step of [now - 2, now + 2]) expect(findStep(secret, codeAt(secret, step), nowMs)).toBeNull();
  });

  it.each(['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'])('is not %j', (code) => {
    expect(findStep(secret, code, 1_234_567_890_000)).toBeNull();
  });

  it('has a secret of 160 bits in letters every app takes', () => {
    expect(makeCodeSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(makeCodeSecret()).not.toBe(makeCodeSecret());
  });
});
