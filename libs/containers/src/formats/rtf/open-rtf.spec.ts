import { describe, expect, it } from 'vitest';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { rtfDetection } from './detect-rtf.js';
import { openRtf } from './open-rtf.js';

const needle = Buffer.from('a needle in a haystack');
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const native = Buffer.concat([
  Buffer.from([2, 0]),
  Buffer.from('needle.txt\0C:\\n\0\0\0\x03\0'),
  u32(3),
  Buffer.from('C:\0'),
  u32(needle.length),
  needle,
]);
const object = Buffer.concat([
  u32(0x501),
  u32(2),
  u32(8),
  Buffer.from('Package\0'),
  u32(0),
  u32(0),
  u32(native.length),
  native,
]);
const hex = object.toString('hex');
const rtf = (data: string, head = '{\\rtf1\\ansi'): Buffer =>
  Buffer.from(`${head} hello {\\object\\objemb{\\*\\objclass Package}{\\*\\objdata ${data}}}}`, 'latin1');

describe('openRtf', () => {
  it.each([
    ['plain', rtf(hex)],
    ['behind a short head', rtf(hex, '{\\rt')],
    ['in upper case, in lines', rtf(hex.toUpperCase().replace(/.{32}/g, '$&\r\n'))],
    ['with words and groups among the digits', rtf(hex.replace(/.{7}/g, '$&\\foo12 {\\*\\bar}  '))],
    [
      'with digits in a group that some readers skip',
      rtf(`${hex.slice(0, 20)}{\\ignored 41 42}${hex.slice(20)}`),
    ],
    ['in groups, as some readers take them', rtf(`{${hex.slice(0, 30)}}${hex.slice(30)}`)],
    ['as bytes', rtf(`\\bin${object.length} ${object.toString('latin1')}`)],
  ])('gives the file in an object that stands there %s', async (_, bytes) => {
    expect(rtfDetection.detect(bytes)?.isCertain).toBe(true);
    const { parts, unexamined } = await openAll(openRtf, bytes);
    const files = parts.filter((part) => part.label === 'needle.txt');
    expect(files.map((part) => part.bytes.toString())).toContain(needle.toString());
    expect(unexamined).toEqual([]);
  });

  it('gives OLE files as objects, also behind a head that is nonsense, and other data as streams', async () => {
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), needle]);
    for (const head of [
      Buffer.from('01050000020000000000000000000000000000001e000000', 'hex'),
      Buffer.alloc(9, 7),
    ]) {
      const { parts } = await openAll(openRtf, rtf(Buffer.concat([head, ole]).toString('hex')));
      expect(parts.find((part) => part.label === 'object')?.bytes.equals(ole)).toBe(true);
    }
    const { parts } = await openAll(
      openRtf,
      Buffer.from(`{\\rtf1{\\*\\datastore ${needle.toString('hex')}}}`),
    );
    expect(parts.map((part) => [part.role, part.bytes.toString()])).toEqual([['stream', needle.toString()]]);
  });

  it('says of an object that is cut that it is, and that text holds nothing', async () => {
    const cut = rtf(hex).subarray(0, 150);
    expect((await openAll(openRtf, cut)).unexamined).toMatchObject([{ reason: 'damaged' }]);
    expect(await openAll(openRtf, Buffer.from('{\\rtf1 hello}'))).toMatchObject({
      isEmpty: true,
      unexamined: [],
    });
  });

  it('throws nothing, whatever is done to it, and takes time in proportion to the bytes', async () => {
    const random = randomFrom(10);
    for (let count = 0; count < 200; count += 1) await openAll(openRtf, mutate(rtf(hex), random));
    for (const text of ['{\\objdata ', '\\objdata 41}', '\\bin9 ', '\\', '{\\*\\objdata 4{'])
      await openAll(openRtf, Buffer.from(`{\\rtf1 ${text.repeat(10_000)}`));
  }, 60_000);
});
