import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { cmsDetection } from './detect-cms.js';
import { openCms } from './open-cms.js';

const content = Buffer.from('Content-Type: text/plain\r\n\r\na needle in a haystack\r\n');

function tlv(tag: number, ...pieces: Buffer[]): Buffer {
  const value = Buffer.concat(pieces);
  const head = value.length < 128 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), value]);
}
const indefinite = (tag: number, ...pieces: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...pieces, Buffer.alloc(2)]);
const oid = (hex: string): Buffer => tlv(6, Buffer.from(hex, 'hex'));
const type = (last: number): Buffer => oid(`2a864886f70d01070${last}`);
const number = tlv(2, Buffer.from([1]));
const octets = tlv(4, content);

const signed = (inner: Buffer): Buffer =>
  tlv(0x30, type(2), tlv(0xa0, tlv(0x30, number, tlv(0x31, tlv(0x30, oid('2b0e03021a'))), inner, tlv(0x31))));
const opaque = signed(tlv(0x30, type(1), tlv(0xa0, octets)));
const streamed = indefinite(
  0x30,
  type(2),
  indefinite(
    0xa0,
    indefinite(
      0x30,
      number,
      tlv(0x31),
      indefinite(
        0x30,
        type(1),
        indefinite(0xa0, indefinite(0x24, tlv(4, content.subarray(0, 9)), tlv(4, content.subarray(9)))),
      ),
      tlv(0x31),
    ),
  ),
);
const compressed = tlv(
  0x30,
  oid('2a864886f70d0109100109'),
  tlv(
    0xa0,
    tlv(
      0x30,
      number,
      tlv(0x30, oid('2a864886f70d0109100308')),
      tlv(0x30, type(1), tlv(0xa0, tlv(4, deflateSync(content)))),
    ),
  ),
);

describe('openCms', () => {
  it.each([
    ['signed', opaque],
    ['signed, as a stream of pieces', streamed],
    ['data alone', tlv(0x30, type(1), tlv(0xa0, octets))],
    ['compressed', compressed],
    ['in PEM', Buffer.from(`-----BEGIN PKCS7-----\n${opaque.toString('base64')}\n-----END PKCS7-----\n`)],
  ])('gives the content that is %s', async (_, bytes) => {
    expect(cmsDetection.detect(bytes)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openCms, bytes);
    expect(parts.map((part) => [part.bytes.toString(), part.declaredAs])).toEqual([
      [content.toString(), 'mail'],
    ]);
    expect(unexamined).toEqual([]);
  });

  it.each([
    ['a field of another name first', 'X-Y: z\r\nContent-Type: text/plain\r\n\r\nhello\r\n', 'mail'],
    ['no fields', '\r\nhello\r\n', 'mail'],
    ['nothing of a mail', '%PDF-1.7\n\nhello', undefined],
  ])('gives a part of a mail as one, whatever it begins with: %s', async (_, plain, declaredAs) => {
    const { parts } = await openAll(openCms, tlv(0x30, type(1), tlv(0xa0, tlv(4, Buffer.from(plain)))));
    expect(parts).toMatchObject([{ bytes: Buffer.from(plain) }]);
    expect(parts[0]?.declaredAs).toBe(declaredAs);
  });

  it('finds nothing in a detached signature, and nothing wrong with it', async () => {
    const detached = await openAll(openCms, signed(tlv(0x30, type(1))));
    expect(detached).toMatchObject({ parts: [], unexamined: [], isEmpty: true });
  });

  it.each(['2a864886f70d010703', '2a864886f70d010706', '2a864886f70d0109100117'])(
    'says encrypted of what is sealed: %s',
    async (id) => {
      const bytes = tlv(0x30, oid(id), tlv(0xa0, tlv(0x30, number)));
      expect((await openAll(openCms, bytes)).unexamined).toMatchObject([{ reason: 'encrypted' }]);
    },
  );

  it('gives what is there of one that is cut, and says so', async () => {
    const { parts, unexamined } = await openAll(openCms, opaque.subarray(0, opaque.length - 12));
    expect(parts[0]?.bytes.toString()).toBe(content.subarray(0, content.length - 10).toString());
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('ends a compression at the bound', async () => {
    const bomb = tlv(4, deflateSync(Buffer.alloc(2_000_000)));
    const bytes = tlv(
      0x30,
      oid('2a864886f70d0109100109'),
      tlv(0xa0, tlv(0x30, number, tlv(0x30, type(1), tlv(0xa0, bomb)))),
    );
    expect((await openAll(openCms, bytes, { limits: { maxPartBytes: 100_000 } })).limit).toBe('maxPartBytes');
  });

  it('throws nothing, whatever is done to it, and knows no certificate for one', async () => {
    const random = randomFrom(2);
    for (const seed of [opaque, streamed, compressed])
      for (let count = 0; count < 400; count += 1) await openAll(openCms, mutate(seed, random));
    const nested = Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.from([0x30, 0x80])));
    await openAll(openCms, nested);
    expect(cmsDetection.detect(tlv(0x30, tlv(0x30, number)))).toBeNull();
  });
});
