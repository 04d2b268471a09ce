import { describe, expect, it } from 'vitest';
import { isKeyTooCostly } from './key-cost.js';

const archive = (power: number): Buffer =>
  Buffer.concat([
    Buffer.from('377abcaf271c0004', 'hex'),
    Buffer.alloc(40),
    Buffer.from('2406f1070112', 'hex'),
    Buffer.from([0x40 | power]),
    Buffer.alloc(30),
  ]);

describe('the cost of one password of a 7z archive', () => {
  it.each([
    [0, false],
    [19, false],
    [21, false],
    [22, true],
    [24, true],
    [0x3f, false],
  ])('of 2^%i rounds is too much: %s', (power, isTooMuch) =>
    expect(isKeyTooCostly(archive(power))).toBe(isTooMuch),
  );

  it('is nothing a file of another kind has', () =>
    expect(isKeyTooCostly(Buffer.concat([Buffer.from('PK'), archive(24)]))).toBe(false));
});
