import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { openPbzx } from './open-pbzx.js';

const packed = (text: string): Buffer =>
  Buffer.concat([Buffer.from('fd377a585a00', 'hex'), Buffer.from(text)]);
const chunk = (data: Buffer, size = data.length): Buffer => {
  const head = Buffer.alloc(16);
  head.writeBigUInt64BE(BigInt(size), 8);
  return Buffer.concat([head, data]);
};
const file = (...chunks: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('pbzx'), Buffer.alloc(8), ...chunks]);

describe('what Apple packs installers in', () => {
  it('gives streams that follow each other as one, and what is not packed by itself', async () => {
    const bytes = file(
      chunk(packed('1')),
      chunk(packed('2')),
      chunk(Buffer.from('plain')),
      chunk(packed('3')),
    );
    const { parts, unexamined } = await openAll(openPbzx, bytes);
    expect(parts.map((part) => part.bytes)).toEqual([
      Buffer.concat([packed('1'), packed('2')]),
      Buffer.from('plain'),
      packed('3'),
    ]);
    expect(unexamined).toEqual([]);
  });
  it.each([
    ['a chunk that is cut', file(chunk(packed('1'), 99))],
    ['a head that is cut', file(chunk(packed('1')), Buffer.alloc(7))],
    ['a chunk of more than any file', file(chunk(packed('1'), Number.MAX_SAFE_INTEGER))],
    ['nothing but its name', Buffer.from('pbzx\0\0')],
  ])('says so of %s', async (_title, bytes) => {
    expect((await openAll(openPbzx, bytes)).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });
});
