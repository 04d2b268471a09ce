import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GatherMemory, GatheredBytes } from './gathered-bytes.js';

const start = (maxBytes = 1024 ** 2) => {
  const memory = new GatherMemory(maxBytes);
  return { memory, gathered: new GatheredBytes(memory) };
};
/** What is still free, found out by taking it. */
const freeOf = (memory: GatherMemory): number => {
  let free = 0;
  for (let step = 1024 ** 2; step >= 1; step /= 2) while (memory.take(step)) free += step;
  memory.giveBack(free);
  return free;
};

describe('gathered bytes', () => {
  it('are those that came, in pieces of any size, up to 64 KiB', () => {
    const bytes = randomBytes(65_536);
    for (const size of [1, 1000, 65_536]) {
      const { gathered } = start();
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(pieces.every((piece) => gathered.add(piece))).toBe(true);
      expect(gathered.bytes.equals(bytes)).toBe(true);
      expect(gathered.add(Buffer.alloc(1))).toBe(false);
      expect(gathered.bytes.equals(bytes)).toBe(true);
    }
  });

  it('are copies', () => {
    const { gathered } = start();
    const piece = Buffer.from('one');
    gathered.add(piece);
    piece.fill(0);
    const { bytes } = gathered;
    gathered.release();
    gathered.add(Buffer.from('two'));
    expect(bytes.toString()).toBe('one');
    expect(gathered.bytes.toString()).toBe('two');
  });

  it('take no more memory together than there is, and no more than four times what they hold', () => {
    const { memory } = start(100_000);
    const all = Array.from({ length: 40 }, () => new GatheredBytes(memory));
    const added = all.map((one) => {
      let count = 0;
      while (count < 5000 && one.add(Buffer.alloc(1))) count += 1;
      return count;
    });
    const held = added.reduce((sum, count) => sum + count, 0);
    expect(held).toBeLessThanOrEqual(100_000);
    expect(held).toBeGreaterThan(25_000);
    expect(added[0]).toBe(5000);
    expect(added.at(-1)).toBeLessThan(5000);
    for (const one of all) one.release();
    expect(freeOf(memory)).toBe(100_000);
  });

  it('take nothing for an object that is refused', () => {
    const { memory, gathered } = start(100_000);
    expect(gathered.add(Buffer.alloc(65_537))).toBe(false);
    expect(freeOf(memory)).toBe(100_000);
  });
});
