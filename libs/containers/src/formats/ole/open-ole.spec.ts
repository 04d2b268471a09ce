import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Storage, buildCompoundFile } from '../../testing/build-compound-file.js';
import { mutate, randomFrom } from '../../testing/mutate.js';
import { openAll } from '../../testing/open-all.js';
import { oleDetection } from './detect-ole.js';
import { openOle } from './open-ole.js';

const needle = Buffer.from('a needle in a haystack');
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const packaged = Buffer.concat([
  Buffer.from([2, 0]),
  Buffer.from('needle.txt\0C:\\needle.txt\0\0\0\x03\0'),
  u32(3),
  Buffer.from('C:\0'),
  u32(needle.length),
  needle,
]);
const ole10Native = Buffer.concat([u32(packaged.length), packaged]);
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const padding = Buffer.alloc(5000);

const open = (root: Storage, options = {}) => openAll(openOle, buildCompoundFile(root, options));

describe('openOle', () => {
  it.each([
    ['small', { miniCutoff: 4096 }],
    ['large', { miniCutoff: 0 }],
  ])('gives %s streams, and what is packed in them', async (_, options) => {
    const root = { WordDocument: padding, ObjectPool: { _1: { '\x01Ole10Native': ole10Native } } };
    expect(oleDetection.detect(buildCompoundFile(root))?.isCertain).toBe(true);
    const { parts, unexamined } = await open(root, options);
    expect(parts.map((part) => [part.label, part.role ?? 'file'])).toEqual([
      ['WordDocument', 'stream'],
      ['ObjectPool/_1/\x01Ole10Native', 'stream'],
      ['needle.txt', 'file'],
    ]);
    expect(parts[2]?.bytes.toString()).toBe(needle.toString());
    expect(unexamined).toEqual([]);
  });

  it('gives what a document of Hangul’s word processor packs, and says that it is sealed', async () => {
    const header = (flags: number): Buffer => {
      const bytes = Buffer.alloc(256);
      bytes.write('HWP Document File');
      bytes.writeUInt32LE(flags, 36);
      return bytes;
    };
    const root = { FileHeader: header(1), BinData: { 'BIN0001.bin': deflateRawSync(needle) } };
    const { parts, unexamined } = await open(root);
    expect(parts.map((part) => part.bytes.toString())).toContain(needle.toString());
    expect(unexamined).toEqual([]);
    expect((await open({ ...root, FileHeader: header(3) })).unexamined).toMatchObject([
      { reason: 'encrypted' },
    ]);
  });

  it('gives a message with its attachments by name and its bodies', async () => {
    const { parts, unexamined } = await open({
      '__substg1.0_1000001F': utf16('hello'),
      '__attach_version1.0_#00000000': {
        '__substg1.0_37010102': needle,
        '__substg1.0_3707001F': utf16('needle.txt'),
      },
    });
    const files = parts.filter((part) => part.role === undefined);
    expect(files.map((part) => [part.label, part.bytes.toString()])).toEqual([
      ['text body', 'hello'],
      ['needle.txt', needle.toString()],
    ]);
    expect(unexamined).toEqual([]);
  });

  it('gives objects of a presentation and sources of macros', async () => {
    const object = buildCompoundFile({ x: needle });
    const packed = Buffer.concat([u32(object.length), deflateSync(object)]);
    const record = Buffer.concat([Buffer.from([0x10, 0, 0x11, 0x10]), u32(packed.length), packed]);
    // One compressed chunk: a group of eight bytes as they are, then one, and a copy of the four before it.
    const source = Buffer.from('01 0db0 00 41747472696275 74 02 65 0470'.replaceAll(' ', ''), 'hex');
    const { parts } = await open({
      'PowerPoint Document': record,
      VBA: { Module1: Buffer.concat([padding, source]) },
    });
    expect(parts.find((part) => part.label === 'object')?.bytes.equals(object)).toBe(true);
    expect(parts.find((part) => part.label === 'VBA/Module1 (source)')?.bytes.toString()).toMatch(
      /^Attribute/,
    );
  });

  it.each<[string, Storage]>([
    ['a package', { EncryptionInfo: needle, EncryptedPackage: padding }],
    [
      'a workbook',
      {
        Workbook: Buffer.concat([
          Buffer.from('0908040000060500', 'hex'),
          Buffer.from('2f000000', 'hex'),
          padding,
        ]),
      },
    ],
    [
      'a document',
      {
        WordDocument: Buffer.concat([
          Buffer.from('eca5c100000000000000', 'hex'),
          Buffer.from([0, 1]),
          padding,
        ]),
      },
    ],
    ['a presentation', { 'Current User': Buffer.concat([Buffer.alloc(12), Buffer.from('dfc4d1f3', 'hex')]) }],
  ])('says encrypted of %s with a password', async (_, root) => {
    expect((await open(root)).unexamined).toMatchObject([{ reason: 'encrypted' }]);
  });

  it('finds nothing encrypted in text about encryption, nor anything in an empty file', async () => {
    const root = {
      Workbook: Buffer.concat([Buffer.from('09080400000605000a000000', 'hex'), padding]),
      Text: utf16('EncryptedPackage'),
    };
    expect((await open(root)).unexamined).toEqual([]);
    expect(await open({})).toMatchObject({ isEmpty: true, unexamined: [] });
  });

  it('gives what is there of a cut one, and says damaged', async () => {
    const bytes = buildCompoundFile({ one: needle, two: Buffer.alloc(100_000, 1) });
    const { unexamined } = await openAll(openOle, bytes.subarray(0, bytes.length * 0.9));
    expect(unexamined).toMatchObject([{ reason: 'damaged' }]);
  });

  it('is not held by thousands of streams', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12_000 }, (_, at) => [`s${at}`, Buffer.from(`needle ${at}`)]),
    );
    const { parts, limit } = await open(many);
    expect(limit).toBeNull();
    expect(parts.length).toBeLessThan(400);
    expect(parts.some((part) => part.bytes.includes('needle 11999'))).toBe(true);
  });

  it('throws nothing but a reached bound and follows no chain round and round, whatever is done to it', async () => {
    const random = randomFrom(8);
    const seed = buildCompoundFile({ one: needle, A: { two: padding, '\x01Ole10Native': ole10Native } });
    for (let count = 0; count < 400; count += 1) {
      const changed = mutate(seed, random);
      if (oleDetection.detect(changed) !== null) await openAll(openOle, changed, { timeLimitMs: 600_000 });
    }
  }, 60_000);
});
