import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { openActiveMime } from './open-activemime.js';

const content = Buffer.from('a needle in a haystack, and some more of the haystack');
const envelope = (headBytes: number): Buffer =>
  Buffer.concat([
    Buffer.from('ActiveMime\0\0', 'latin1'),
    Buffer.alloc(headBytes - 12),
    deflateSync(content),
  ]);

describe('openActiveMime', () => {
  it.each([0x32, 0x22a, 77])('gives what is packed at %d', async (headBytes) => {
    const { parts, unexamined } = await openAll(openActiveMime, envelope(headBytes));
    expect(parts.map(({ bytes }) => bytes.toString())).toEqual([content.toString()]);
    expect(unexamined).toEqual([]);
  });

  it('says damaged when it is cut, and when nothing is in it', async () => {
    const whole = envelope(0x32);
    for (const length of [12, 40, whole.length - 20]) {
      const { unexamined } = await openAll(openActiveMime, whole.subarray(0, length));
      expect(unexamined.map(({ reason }) => reason)).toEqual(['damaged']);
    }
  });

  it('bounds what comes out, and throws on nothing', async () => {
    expect((await openAll(openActiveMime, envelope(0x32), { limits: { maxPartBytes: 20 } })).limit).toBe(
      'maxPartBytes',
    );
    const random = randomFrom(3);
    for (let count = 0; count < 300; count += 1)
      await openAll(openActiveMime, mutate(envelope(0x32), random));
  });
});
