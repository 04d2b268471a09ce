import { describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { randomFrom } from '../../testing/mutate.js';
import { walkObject } from '../../walk-object.js';
import { lzmaDetection } from './detect-lzma.js';

const walkOptions = { objectType: 'file', timeLimitMs: 60_000 } as const;
async function reasonsOf(bytes: Buffer): Promise<string[]> {
  const { unexamined } = await walkObject(bytes, { ...walkOptions, onPart: () => undefined });
  return unexamined.map(({ reason }) => reason);
}

/** Numbers of four bytes as measurements are kept, and what they begin with. */
function numbers(first: readonly number[], next: (at: number) => number): Buffer {
  const bytes = Buffer.alloc(60_000);
  for (let at = 0; at < bytes.length / 4; at += 1) bytes.writeFloatLE(first[at] ?? next(at), at * 4);
  return bytes;
}

describe('a lone LZMA stream', () => {
  const random = randomFrom(9);
  it.each([
    ['noise', numbers([-0, 1, 0, 1], () => random() - 0.5)],
    ['nothing but zeros', numbers([-0, 1, 0, 1], () => 0)],
    ['a matrix', numbers([-0, 0, 0, 1], (at) => at % 7)],
    ['few numbers', numbers([-0, 2, 0, 5], () => Math.floor(random() * 3))],
    ['whole numbers', numbers([-0, 1, 0, 0], (at) => at)],
  ])('is not seen in numbers that begin like one, and %s behind them', async (_, bytes) => {
    expect(lzmaDetection.detect(bytes)?.isCertain).toBe(false);
    for (const properties of [0, 20, 40, 60, 80]) {
      bytes[0] = properties;
      expect(await reasonsOf(bytes)).toEqual([]);
    }
  });

  it('is damaged when it is cut, whatever its properties, where it has no size as streams have', async () => {
    const whole = archiveSample('lzma-alone');
    expect(whole[0]).toBe(0x5d);
    for (const properties of [0x5d, 0x12]) {
      const cut = Buffer.from(whole.subarray(0, Math.floor(whole.length * 0.9)));
      cut[0] = properties;
      expect(await reasonsOf(cut)).toEqual(['damaged']);
    }
  });
});
