import { describe, expect, it } from '@jest/globals';
import { openAll } from '../../testing/open-all.js';
import { rawCdDetection } from './detect-raw-cd.js';
import { openRawCd } from './open-raw-cd.js';

const mark = Buffer.from('00ffffffffffffffffffff00', 'hex');
function sector(mode: number, fill: string): Buffer {
  const bytes = Buffer.alloc(2352);
  mark.copy(bytes);
  bytes[15] = mode;
  bytes.fill(fill, mode === 1 ? 16 : 24, (mode === 1 ? 16 : 24) + 2048);
  return bytes;
}

describe('a copy of a CD with whole sectors', () => {
  it.each([1, 2])('gives the content of those of mode %d, in their order', async (mode) => {
    const bytes = Buffer.concat([sector(mode, 'a'), sector(mode, 'b')]);
    expect(rawCdDetection.detect(bytes)).toMatchObject({ isCertain: true });
    const { parts, unexamined } = await openAll(openRawCd, bytes);
    expect(parts.map((part) => part.bytes.toString())).toEqual(['a'.repeat(2048) + 'b'.repeat(2048)]);
    expect(unexamined).toEqual([]);
  });
  it('leaves sound out', async () => {
    const bytes = Buffer.concat([sector(1, 'a'), Buffer.alloc(2352, 7), sector(1, 'b')]);
    expect((await openAll(openRawCd, bytes)).parts[0]?.bytes).toHaveLength(4096);
  });
  it('says that it ends within a sector, and takes no more than a part may have', async () => {
    const bytes = Buffer.concat([sector(1, 'a'), sector(1, 'b')]);
    expect((await openAll(openRawCd, bytes.subarray(0, -1))).unexamined).toMatchObject([
      { reason: 'damaged' },
    ]);
    expect((await openAll(openRawCd, bytes, { limits: { maxPartBytes: 3000 } })).limit).toBe('maxPartBytes');
  });
});
