import { describe, expect, it } from 'vitest';
import { type Hit, countedHits } from './excuse-allowed.js';

const hit = (name: string, within: number[], number: number, isAllowed = false): Hit => ({
  name,
  part: { number, within, isAllowed },
});
const always = () => true;
const numbers = (hits: readonly Hit[], isSeenInFull = always as (part: number) => boolean): number[] =>
  countedHits(hits, isSeenInFull).map((one) => one.part.number);

describe('the allow list', () => {
  it('excuses what is found in exactly the bytes it names', () => {
    expect(numbers([hit('x', [0], 1, true), hit('x', [0], 2)])).toEqual([2]);
  });

  it('excuses a namesake in no way: parts are told apart by number', () => {
    const twins = [hit('x', [0], 1, true), hit('x', [0], 2), hit('x', [0, 2], 3, true)];
    expect(numbers(twins, (part) => part !== 2)).toEqual([2]);
  });

  it('excuses a wrapper in which only allowed parts were found, at any depth', () => {
    expect(numbers([hit('x', [], 0), hit('x', [0], 1), hit('x', [0, 1], 2, true)])).toEqual([]);
  });

  it('does not excuse a wrapper with anything else in it', () => {
    expect(numbers([hit('x', [], 0), hit('x', [0], 1, true), hit('x', [0], 2)])).toEqual([0, 2]);
  });

  it('does not excuse a wrapper in which nothing was found, or something else', () => {
    expect(numbers([hit('x', [], 0)])).toEqual([0]);
    expect(numbers([hit('y', [], 0), hit('x', [0], 1, true)])).toEqual([0]);
  });

  it('does not excuse a wrapper that was not seen in full', () => {
    expect(numbers([hit('x', [], 0), hit('x', [0], 1, true)], () => false)).toEqual([0]);
  });

  it('does not excuse what an allowed wrapper holds', () => {
    expect(numbers([hit('x', [0], 1, true), hit('x', [0, 1], 2)])).toEqual([2]);
  });

  it('is done with a hundred thousand hits before anyone waits', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => hit('x', [0], index + 1, index % 2 === 0));
    expect(countedHits(many, always)).toHaveLength(50_000);
  });
});
