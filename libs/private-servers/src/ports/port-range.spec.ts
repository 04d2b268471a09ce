import { describe, expect, it } from 'vitest';
import { portRange } from './port-range.js';

describe('portRange', () => {
  it.each([
    ['Linux as it comes', 32_768, 60_999, 20_000, 32_767],
    ['macOS', 49_152, 65_535, 20_000, 32_767],
    ['a range that begins early', 15_000, 60_999, 10_240, 14_999],
    ['one that leaves room above', 1024, 50_000, 50_001, 65_535],
  ])('stays outside the kernel’s: %s', (_case, first, last, low, high) =>
    expect(portRange({ first, last })).toEqual({ first: low, last: high }),
  );
  it('takes the usual one where the kernel has everything', () =>
    expect(portRange({ first: 1024, last: 65_535 })).toEqual({ first: 20_000, last: 32_767 }));
});
