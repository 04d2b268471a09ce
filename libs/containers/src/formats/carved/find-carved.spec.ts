import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findCarved } from './find-carved.js';

const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]);

/** The main header of an ARJ archive: its size, so many bytes, their checksum. */
function arj(change = 0): Buffer {
  const header = Buffer.alloc(34, 'arj header ');
  const size = Buffer.alloc(2);
  size.writeUInt16LE(header.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE((crc32(header) ^ change) >>> 0);
  return Buffer.concat([Buffer.from([0x60, 0xea]), size, header, sum]);
}

/** A file's header in LHA's levels 0 and 1 (its size, the sum of what follows) or 2 (its size alone). */
function lha(level: number, change = 0): Buffer {
  const header = Buffer.alloc(30);
  header.write('-lh5-');
  header[18] = level;
  const sum = header.reduce((total, byte) => (total + byte) & 0xff, 0);
  const lead = level === 2 ? [32 + change * 100, change] : [header.length, sum + change];
  return Buffer.concat([Buffer.from(lead), header, Buffer.alloc(50)]);
}

describe('findCarved behind a program', () => {
  it.each([
    ['ARJ', arj()],
    ['LHA of level 0', lha(0)],
    ['LHA of level 1', lha(1)],
    ['LHA of level 2', lha(2)],
  ])('finds %s where it begins', (_, archive) => {
    expect(findCarved(Buffer.concat([program, archive]))).toEqual([{ start: 502, end: null }]);
  });

  it.each([
    ['ARJ with a wrong checksum', arj(1)],
    ['LHA with a wrong sum', lha(0, 1)],
    ['LHA of level 2 that does not fit', lha(2, 1)],
    ['LHA cut in its header', lha(0).subarray(0, 20)],
  ])('finds no %s', (_, archive) => {
    expect(findCarved(Buffer.concat([program, archive]))).toEqual([]);
  });

  it('finds a tar behind anything, by the checksum of its header', () => {
    const header = Buffer.alloc(512);
    header.write('a.txt');
    header.write('00000000000\0', 124);
    header.write('ustar\0', 257);
    const sum = header.reduce((total, byte) => total + byte, 8 * 0x20);
    header.write(sum.toString(8).padStart(6, '0'), 148);
    expect(findCarved(Buffer.concat([Buffer.alloc(700, 'x'), header]))).toEqual([{ start: 700, end: null }]);
    header[0] = 0x62;
    expect(findCarved(Buffer.concat([Buffer.alloc(700, 'x'), header]))).toEqual([]);
  });

  it('looks for neither behind anything else', () => {
    expect(findCarved(Buffer.concat([Buffer.alloc(500, 'x'), arj(), lha(0)]))).toEqual([]);
  });

  it('finds an archive behind any number of its magics, and of archives', () => {
    const decoys = Buffer.alloc(200 * 8, 'Rar!\x1a\x07\x01\0', 'latin1');
    const start = 4 + decoys.length;
    const rar = Buffer.from('526172211a0701003392b5e50a01050600050101808000', 'hex');
    expect(findCarved(Buffer.concat([Buffer.alloc(4, 'x'), decoys, rar]))).toMatchObject([{ start }]);
    const nothing = Buffer.from('377abcaf271c00048d9bd50f0000000000000000000000000000000000000000', 'hex');
    const many = Buffer.concat([Buffer.alloc(4, 'x'), ...Array.from({ length: 40 }, () => nothing)]);
    expect(findCarved(many)).toHaveLength(40);
  });
});
