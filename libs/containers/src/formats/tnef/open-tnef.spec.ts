import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { tnefDetection } from './detect-tnef.js';
import { openTnef } from './open-tnef.js';

const needle = Buffer.from('a needle in a haystack');
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const attribute = (level: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([level]), u32(id), u32(value.length), value, Buffer.alloc(2)]);
const padded = (value: Buffer): Buffer => Buffer.concat([value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
const property = (type: number, id: number, value: Buffer): Buffer =>
  Buffer.concat([u32(type | (id << 16)), u32(1), u32(value.length), padded(value)]);
const begins = attribute(2, 0x0006_9002, Buffer.alloc(14));
const head = Buffer.from('789f3e220100', 'hex');
const tnef = (...attributes: Buffer[]): Buffer => Buffer.concat([head, ...attributes]);

const usual = tnef(
  begins,
  attribute(2, 0x0001_8010, Buffer.from('needle.txt\0')),
  attribute(2, 0x0006_800f, needle),
);
const byProperties = tnef(
  begins,
  attribute(
    2,
    0x0006_9005,
    Buffer.concat([
      u32(3),
      property(3, 0x0e20, Buffer.alloc(0)).subarray(0, 8),
      property(0x1f, 0x3707, Buffer.from('needle.txt\0', 'utf16le')),
      property(0x102, 0x3701, needle),
    ]),
  ),
);

describe('openTnef', () => {
  it.each([
    ['in an attribute', usual],
    ['in a property', byProperties],
  ])('gives an attachment that stands %s', async (_, bytes) => {
    expect(tnefDetection.detect(bytes)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openTnef, bytes);
    expect(parts.map((part) => [part.label, part.bytes.toString()])).toEqual([
      ['needle.txt', needle.toString()],
    ]);
    expect(unexamined).toEqual([]);
  });

  it('gives an embedded message without its identifier, and the bodies', async () => {
    const object = Buffer.concat([Buffer.alloc(16, 1), usual]);
    // "<compressed RTF>" as [MS-OXRTFCP] gives it in its first example.
    const rtf = Buffer.from(
      '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af86' + '820776f726c64207d0ac00a80',
      'hex',
    );
    const { parts } = await openAll(
      openTnef,
      tnef(
        attribute(
          1,
          0x0006_9003,
          Buffer.concat([u32(2), property(0x102, 0x1013, Buffer.from('<p>')), property(0x102, 0x1009, rtf)]),
        ),
        begins,
        attribute(2, 0x0006_9005, Buffer.concat([u32(1), property(0x0d, 0x3701, object)])),
      ),
    );
    expect(parts.map((part) => part.label)).toEqual(['html body', 'rtf body', 'attachment']);
    expect(parts[1]?.bytes.toString('latin1')).toContain('{\\rtf1\\ansi');
    expect(parts[2]?.bytes.equals(usual)).toBe(true);
  });

  it.each([0, 3, 0xff])(
    'passes over what is neither of a message nor of an attachment (%i)',
    async (level) => {
      const other = attribute(level, 0x0008_9006, u32(0x10000));
      const { parts } = await openAll(openTnef, tnef(other, usual.subarray(head.length)));
      expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
    },
  );

  it('gives the picture that an attachment is shown as', async () => {
    const { parts } = await openAll(openTnef, tnef(begins, attribute(2, 0x0006_8011, needle)));
    expect(parts.map((part) => part.bytes.toString())).toEqual([needle.toString()]);
  });

  it.each([
    ['of a type that no one knows', property(0xfb, 0x1234, needle), 2],
    ['of more values than there are', Buffer.concat([u32(0x1003 | (0x1234 << 16)), u32(0x7fff_ffff)]), 2],
    ['of which there are less', property(0x1f, 0x3707, Buffer.from('a\0')), 3],
  ])('says of properties %s that they cannot be read to the end', async (_, first, count) => {
    const properties = Buffer.concat([u32(count), first, property(0x102, 0x3701, needle)]);
    for (const bytes of [
      tnef(begins, attribute(2, 0x0006_9005, properties)),
      tnef(attribute(1, 0x0006_9003, properties)),
    ])
      expect((await openAll(openTnef, bytes)).unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('says of one that is cut that it is, and that an empty one is empty', async () => {
    expect((await openAll(openTnef, usual.subarray(0, -5))).unexamined).toMatchObject([
      { reason: 'damaged' },
    ]);
    expect(await openAll(openTnef, head)).toMatchObject({ isEmpty: true, unexamined: [] });
    expect((await openAll(openTnef, Buffer.concat([usual, needle]))).parts).toHaveLength(2);
  });

  it('throws nothing but a reached bound, whatever is done to it', async () => {
    const random = randomFrom(5);
    for (const seed of [usual, byProperties])
      for (let count = 0; count < 400; count += 1) await openAll(openTnef, mutate(seed, random));
    const many = tnef(...Array.from({ length: 50_000 }, () => begins));
    await openAll(openTnef, many);
  });
});
