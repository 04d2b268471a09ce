import { expect, it } from 'vitest';
import { SeededBytes } from './seeded-bytes.js';

const drawn = (seed: string): string => {
  const source = new SeededBytes(seed);
  const small = Array.from({ length: 50 }, () => source.take(1000));
  return Buffer.concat([...small, source.take(200_000), source.take(7)]).toString('hex');
};

it('gives the same bytes for the same seed, others for another, and none twice', () => {
  expect(drawn('a')).toBe(drawn('a'));
  expect(drawn('a')).not.toBe(drawn('b'));
  const source = new SeededBytes('a');
  const pieces = Array.from({ length: 10_000 }, () => source.take(16).toString('hex'));
  expect(new Set(pieces).size).toBe(pieces.length);
});

it('draws every number below a limit, and none beyond', () => {
  const source = new SeededBytes('a');
  const numbers = new Set(Array.from({ length: 1000 }, () => source.below(7)));
  expect([...numbers].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
