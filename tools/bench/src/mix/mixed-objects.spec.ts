import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { mixedObjects, mixedSize, withRepeats, type MixedObject } from './mixed-objects.js';

const sha256 = ({ content }: MixedObject): string => createHash('sha256').update(content).digest('hex');

it('makes the same kinds in about the same sizes for every seed, and no bytes twice', () => {
  const [one, other] = [mixedObjects('one', 10), mixedObjects('other', 10)];
  expect(one.map((each) => each.objectType)).toEqual(other.map((each) => each.objectType));
  one.forEach(({ content }, index) => {
    const ratio = content.length / (other[index]?.content.length ?? 0);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
  expect(new Set([...one, ...other].map((each) => sha256(each))).size).toBe(20);
  expect(mixedObjects('one', 10).map((each) => sha256(each))).toEqual(one.map((each) => sha256(each)));
});

it('reaches from 2 KB to 5 MB', () => {
  const sizes = Array.from({ length: 200 }, (_, index) => mixedSize(index));
  expect(Math.min(...sizes)).toBeLessThan(4000);
  expect(Math.max(...sizes)).toBeGreaterThan(4_000_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000_000);
  const content = mixedObjects('one', 1)[0]?.content.length ?? 0;
  expect(Math.abs(content - mixedSize(0))).toBeLessThan(2000);
});

const some = (name: string, count: number): MixedObject[] =>
  Array.from({ length: count }, (_, index) => ({
    objectType: 'file',
    content: Buffer.from(`${name} ${index}`),
  }));

it('repeats as many of the earlier ones as it should', () => {
  const [earlier, fresh] = [some('earlier', 40), some('fresh', 100)];
  const known = new Set(earlier.map((one) => sha256(one)));
  const mixed = withRepeats(fresh, { earlier, percent: 40, seed: 'a' });
  const repeats = mixed.filter((one) => known.has(sha256(one))).length;
  expect(repeats).toBeGreaterThan(25);
  expect(repeats).toBeLessThan(55);
  expect(withRepeats(fresh, { earlier, percent: 0, seed: 'a' })).toEqual(fresh);
});
