import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { asarDetection } from './detect-asar.js';
import { openAsar } from './open-asar.js';

const needle = 'a needle in a haystack';

function asar(directory: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(directory));
  const head = Buffer.alloc(16);
  [4, json.length + 8, json.length + 4, json.length].forEach((value, at) =>
    head.writeUInt32LE(value, at * 4),
  );
  return Buffer.concat([head, json, Buffer.from(needle)]);
}
const whole = asar({ files: { lib: { files: { 'needle.txt': { offset: '0', size: needle.length } } } } });

describe('openAsar', () => {
  it('gives every file, and says when one is cut or the directory is unreadable', async () => {
    expect(asarDetection.detect(whole)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openAsar, whole);
    expect(parts.map((part) => [part.label, part.bytes.toString()])).toEqual([['lib/needle.txt', needle]]);
    expect(unexamined).toEqual([]);
    for (const length of [whole.length - 3, 40])
      expect((await openAll(openAsar, whole.subarray(0, length))).unexamined).toMatchObject([
        { reason: 'damaged' },
      ]);
    expect(await openAll(openAsar, asar({ files: {} }))).toMatchObject({ isEmpty: true });
  });

  it('throws nothing, whatever is done to it', async () => {
    const random = randomFrom(14);
    for (let count = 0; count < 300; count += 1) {
      const changed = mutate(whole, random);
      if (asarDetection.detect(changed) !== null) await openAll(openAsar, changed);
    }
  });
});
