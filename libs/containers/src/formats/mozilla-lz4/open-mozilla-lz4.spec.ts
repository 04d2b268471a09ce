import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { openMozillaLz4 } from './open-mozilla-lz4.js';

const size = Buffer.from([24, 0, 0, 0]);
/** Eight characters, which are repeated eight back; then the last eight. */
const block = Buffer.concat([
  Buffer.from([0x84]),
  Buffer.from('needles '),
  Buffer.from([8, 0, 0x80]),
  Buffer.from('haystack'),
]);
const file = Buffer.concat([Buffer.from('mozLz40\0'), size, block]);

describe('openMozillaLz4', () => {
  it('gives what one block holds', async () => {
    const { parts, unexamined } = await openAll(openMozillaLz4, file);
    expect(parts.map(({ bytes }) => bytes.toString())).toEqual(['needles needles haystack']);
    expect(unexamined).toEqual([]);
  });

  it('says that it is cut, asks before it unpacks, and throws nothing else', async () => {
    for (const length of [9, 14, file.length - 3])
      expect((await openAll(openMozillaLz4, file.subarray(0, length))).unexamined).toMatchObject([
        { reason: 'damaged' },
      ]);
    expect((await openAll(openMozillaLz4, file, { limits: { maxPartBytes: 10 } })).limit).toBe(
      'maxPartBytes',
    );
    const random = randomFrom(8);
    for (let count = 0; count < 200; count += 1) await openAll(openMozillaLz4, mutate(file, random));
  });
});
