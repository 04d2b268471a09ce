import { describe, expect, it } from 'vitest';
import { walkObject } from '../../walk-object.js';

const bandBytes = 4096;

/** Bands of these numbers, each filled with its own. */
function sparseImage(numbers: readonly number[], sectors: number, isCut = false): Buffer {
  const head = Buffer.alloc(bandBytes);
  head.write('sprs');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(bandBytes / 512, 8);
  head.writeUInt32BE(sectors, 16);
  for (const [at, number] of numbers.entries()) head.writeUInt32BE(number, 64 + at * 4);
  const bands = isCut ? [] : numbers.map((number) => Buffer.alloc(bandBytes, number));
  return Buffer.concat([head, ...bands]);
}

async function walked(bytes: Buffer): Promise<{ disk: Buffer | undefined; unexamined: string[] }> {
  const parts: Buffer[] = [];
  const { unexamined } = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 30_000,
    onPart: (part) => void parts.push(part.bytes),
  });
  return { disk: parts[1], unexamined: unexamined.map(({ reason, limit }) => limit ?? reason) };
}

describe('Apple’s sparse image', () => {
  it('is put together in the order of its bands', async () => {
    const { disk, unexamined } = await walked(sparseImage([3, 1], 24));
    expect(unexamined).toEqual([]);
    expect([0, 4096, 8192].map((at) => disk?.[at])).toEqual([1, 0, 3]);
    expect(disk).toHaveLength(3 * bandBytes);
  });

  it('leaves out bands beyond its end, and is damaged where those that it lists are missing', async () => {
    expect(await walked(sparseImage([1, 900], 8))).toMatchObject({ unexamined: [] });
    expect(await walked(sparseImage([1, 2], 16, true))).toMatchObject({ unexamined: ['damaged'] });
  });

  it('of more bytes than may come out reaches a limit before any of them is made', async () => {
    const { disk, unexamined } = await walked(sparseImage([1], 2 ** 31));
    expect(disk).toBeUndefined();
    expect(unexamined).toHaveLength(1);
    expect(unexamined[0]).toMatch(/^max/);
  });
});
