import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { walkObject } from '../../walk-object.js';
import { neroDetection, rawCdDetection } from './detect-raw-cd.js';
import { openNero, openRawCd } from './open-raw-cd.js';

const mark = Buffer.from('00ffffffffffffffffffff00', 'hex');
const walkOptions = { objectType: 'file', timeLimitMs: 60_000 } as const;
async function reasonsOf(bytes: Buffer): Promise<string[]> {
  const { unexamined } = await walkObject(bytes, { ...walkOptions, onPart: () => undefined });
  return unexamined.map(({ reason }) => reason);
}

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
  it.each([16, 96])('gives it where %d bytes of the channels beside it follow each', async (count) => {
    const beside = Buffer.alloc(count, 9);
    const bytes = Buffer.concat([sector(1, 'a'), beside, sector(1, 'b'), beside]);
    expect((await openAll(openRawCd, bytes)).parts[0]?.bytes.toString()).toBe(
      'a'.repeat(2048) + 'b'.repeat(2048),
    );
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

describe('an image of Nero', () => {
  const disc = Buffer.concat([Buffer.alloc(32_768, 1), Buffer.from('\x01CD001\x01\0'), Buffer.alloc(500, 2)]);
  const end = Buffer.alloc(12);
  end.write('NER5');
  end.writeBigUInt64BE(BigInt(2048 + disc.length), 4);

  it('is given from the beginning of its disc to the list of its tracks', async () => {
    const bytes = Buffer.concat([Buffer.alloc(2048), disc, Buffer.from('CUEX'), end]);
    expect(neroDetection.detect(bytes)).toMatchObject({ isCertain: true });
    expect((await openAll(openNero, bytes)).parts.map((part) => part.bytes.equals(disc))).toEqual([true]);
  });
  it('without a disc in it is unsupported', async () => {
    const { unexamined } = await openAll(openNero, Buffer.concat([Buffer.alloc(900, 3), end]));
    expect(unexamined).toMatchObject([{ reason: 'unsupported' }]);
  });
  it.each([
    ['of version 5', Buffer.from('NER5\0\0\0\0\0\0\x03\x84', 'latin1')],
    ['of before', Buffer.from('NERO\0\0\x03\x84', 'latin1')],
  ])('is certain where its end points at a list of tracks: %s', async (_, pointer) => {
    for (const name of ['CUEX', 'CUES', 'DAOI', 'DAOX', 'ETNF', 'ETN2', 'SINF']) {
      const bytes = Buffer.concat([
        Buffer.alloc(900, 3),
        Buffer.from(`${name}\0\0\0\0END!\0\0\0\0`),
        pointer,
      ]);
      expect(neroDetection.detect(bytes)).toMatchObject({ isCertain: true });
      expect(await reasonsOf(bytes)).toEqual(['unsupported']);
    }
  });
  it.each(['name;maker;count\nBurning;NERO;1\r\n', 'CUEX\nNERO\r\n\r\n', 'CUEX and NER5 is 12\r\n'])(
    'is not seen in a text that ends like one: %j',
    async (text) => {
      expect(await reasonsOf(Buffer.from(text.padStart(4000, 'x')))).toEqual([]);
    },
  );
  it('is given by its disc also where its end points nowhere', async () => {
    const bytes = Buffer.concat([
      Buffer.alloc(2048),
      disc,
      Buffer.from('CUEX'),
      Buffer.from('NER5'),
      Buffer.alloc(8, 9),
    ]);
    const parts: Buffer[] = [];
    await walkObject(bytes, { ...walkOptions, onPart: (part) => void parts.push(part.bytes) });
    expect(parts.some((part) => part.subarray(0, disc.length).equals(disc))).toBe(true);
  });
});
