import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findCarved } from './find-carved.js';

const front = Buffer.alloc(100, 'x');
const startsOf = (archive: Buffer): number[] =>
  findCarved(Buffer.concat([front, archive])).map(({ start }) => start);

const block4 = (kind: number, bytes: number, change = 0): Buffer => {
  const block = Buffer.alloc(bytes);
  block[2] = kind;
  block.writeUInt16LE(bytes, 5);
  block.writeUInt16LE((crc32(block.subarray(2)) & 0xffff) ^ change, 0);
  return block;
};
const rar4 = (...blocks: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('Rar!\x1a\x07\0', 'latin1'), ...blocks]);

const block5 = (kind: number, moreBytes: number, change = 0): Buffer => {
  const body = Buffer.concat([Buffer.from([kind]), Buffer.alloc(moreBytes)]);
  const size = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
  const header = Buffer.concat([Buffer.from(size), body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE((crc32(header) ^ change) >>> 0);
  return Buffer.concat([sum, header]);
};
const rar5 = (...blocks: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'), ...blocks]);

const sevenZip = (version: string, head: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`7z\xbc\xaf\x27\x1c${version}`, 'latin1'), head, Buffer.alloc(50, 'y')]);

const cpio = (name: string, next = ''): Buffer => {
  const field = (value: number): string => value.toString(16).padStart(8, '0');
  const fields = [1, 0o100644, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length + 1, 0].map(field).join('');
  const head = `070701${fields}${name}\0`;
  return Buffer.from(`${head.padEnd(Math.ceil(head.length / 4) * 4, '\0')}${next}`, 'latin1');
};
const trailer = cpio('TRAILER!!!').toString('latin1');

describe('an archive behind something else', () => {
  it.each([
    ['RAR 4', rar4(block4(0x73, 13))],
    ['RAR 4 whose first checksum is wrong', rar4(block4(0x73, 13, 1), block4(0x74, 40))],
    ['RAR 5', rar5(block5(1, 5))],
    ['RAR 5 with a long first header', rar5(block5(1, 300))],
    ['RAR 5 whose first checksum is wrong', rar5(block5(1, 5, 1), block5(2, 30))],
    ['cpio', cpio('a.txt', trailer)],
    ['cpio that is cut off', cpio('a.txt', trailer.slice(0, 50))],
    ['7z whose first header is blank', sevenZip('\0\x04', Buffer.alloc(24))],
  ])('is found: %s', (_, archive) => expect(startsOf(archive)).toEqual([front.length]));

  it.each([
    ['RAR 4', rar4(block4(0x73, 13, 1), Buffer.alloc(40, 'z'))],
    ['RAR 5', rar5(block5(1, 5, 1), Buffer.alloc(40, 'z'))],
    ['RAR 5 of another kind', rar5(block5(3, 5), block5(2, 30))],
    ['cpio', cpio('a.txt', 'and more text '.repeat(20))],
    [
      'cpio in a text about it',
      Buffer.from(cpio('a.txt', 'and').toString('latin1').replaceAll('\0', ' '), 'latin1'),
    ],
    ['7z', sevenZip('\0\x04', Buffer.alloc(24, 1))],
    ['7z of no version', sevenZip('\0\0', Buffer.alloc(24))],
  ])('is none where only the mark of %s stands', (_, archive) => expect(startsOf(archive)).toEqual([]));
});
