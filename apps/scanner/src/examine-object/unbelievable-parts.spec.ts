import { describe, expect, it } from 'vitest';
import { fakeMalware } from '@sluice/contracts/testing';
import { type Given, PartBench } from '../testing/part-bench.js';
import { UnbelievablePart } from './show-parts.js';

const bad = Buffer.from(`some ${fakeMalware}`);

describe('an inspector that cannot be believed', () => {
  it.each<[string, Given]>([
    ['other bytes than it says', { number: 1, bytes: bad, sha256: '0'.repeat(64) }],
    ['other bytes than it says, many', { number: 1, bytes: Buffer.alloc(400_000), sha256: '0'.repeat(64) }],
    ['fewer bytes than it says', { number: 1, bytes: bad, sizeBytes: bad.length + 1 }],
    ['the object itself', { number: 0, bytes: bad }],
    ['a part within itself', { number: 1, within: [0, 1], bytes: bad }],
    ['a part of no object', { number: 2, within: [1], bytes: bad }],
    ['a part larger than can be', { number: 1, bytes: bad, sizeBytes: 10 ** 12 }],
    ['something that is no part', { number: Number.NaN, bytes: bad }],
  ])('does not believe an inspector that gives %s', async (_title, part) => {
    await expect(new PartBench().take(part)).rejects.toBeInstanceOf(UnbelievablePart);
  });

  it('does not believe one number twice, or more parts than there can be', async () => {
    const bench = new PartBench({ maxParts: 3 });
    await bench.take({ number: 1, bytes: bad });
    await expect(bench.take({ number: 1, bytes: bad })).rejects.toBeInstanceOf(UnbelievablePart);
    await bench.take({ number: 2, bytes: bad }, { number: 3, bytes: bad });
    await expect(bench.take({ number: 4, bytes: bad })).rejects.toBeInstanceOf(UnbelievablePart);
  });
});
