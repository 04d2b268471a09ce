import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { fitsMask, splitMasks } from './glob-mask.js';

describe('fitsMask', () => {
  it.each([
    ['anna@example.org', '*@example.org', true],
    ['Anna@Example.ORG', 'anna@*.org', true],
    ['anna@example.org', '*@example.com', false],
    ['anna@sub.example.org', '*@example.org', false],
    ['ab', 'a?', true],
    ['abc', 'a?', false],
    ['', '*', true],
    ['a.b', 'a*b', true],
    ['axb', 'a.b', false],
  ])('%j against %j: %s', (text, mask, expected) => {
    expect(fitsMask(text, mask)).toBe(expected);
  });

  it('agrees with the regular expression the mask stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '@', '.', '*', '?'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (text, mask) => {
        const pattern = mask
          .replace(/[.]/g, String.raw`\.`)
          .replace(/\*/g, '.*')
          .replace(/\?/g, '.');
        expect(fitsMask(text, mask)).toBe(new RegExp(`^${pattern}$`, 'u').test(text));
      }),
    );
  });

  it('ends on masks that make regular expressions run for ever', () => {
    expect(fitsMask('a'.repeat(1000), `${'a*'.repeat(200)}b`)).toBe(false);
  });
});

describe('splitMasks', () => {
  it('takes a mask without an @ for a domain', () => {
    expect(splitMasks('example.org, *@a.example;b@c.example')).toEqual([
      '*@example.org',
      '*@a.example',
      'b@c.example',
    ]);
  });
});
