import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { openZisofs } from './open-zisofs.js';

const blockBytes = 32_768;
const first = Buffer.alloc(blockBytes, 'a needle ');
const last = Buffer.from('in a haystack');

/** Three blocks, the second of which is a hole. */
function packed(): Buffer {
  const [one, two] = [deflateSync(first), deflateSync(last)];
  const head = Buffer.alloc(32);
  Buffer.from('37e45396c9dbd607', 'hex').copy(head);
  head.writeUInt32LE(2 * blockBytes + last.length, 8);
  head.set([4, 15], 12);
  const ends = [32, 32 + one.length, 32 + one.length, 32 + one.length + two.length];
  for (const [at, end] of ends.entries()) head.writeUInt32LE(end, 16 + at * 4);
  return Buffer.concat([head, one, two]);
}

describe('openZisofs', () => {
  it('gives the file, holes and all', async () => {
    const { parts, unexamined } = await openAll(openZisofs, packed());
    expect(parts.map(({ bytes }) => bytes)).toEqual([Buffer.concat([first, Buffer.alloc(blockBytes), last])]);
    expect(unexamined).toEqual([]);
  });

  it('says that it is cut, asks before it unpacks, and throws nothing else', async () => {
    for (const length of [10, 20, 60, packed().length - 5])
      expect((await openAll(openZisofs, packed().subarray(0, length))).unexamined).toMatchObject([
        { reason: 'damaged' },
      ]);
    expect((await openAll(openZisofs, packed(), { limits: { maxPartBytes: 40_000 } })).limit).toBe(
      'maxPartBytes',
    );
    const random = randomFrom(7);
    for (let count = 0; count < 200; count += 1) await openAll(openZisofs, mutate(packed(), random));
  });
});
