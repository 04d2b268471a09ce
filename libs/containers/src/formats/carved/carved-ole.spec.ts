import { describe, expect, it } from 'vitest';
import { findCarved } from './find-carved.js';

const sectorBytes = 512;

/** A header whose one table stands in its first sector and has so many sectors in use. */
function compoundFile(used: number): Buffer {
  const file = Buffer.alloc(sectorBytes * (used + 1));
  file.write('d0cf11e0a1b11ae1', 0, 'hex');
  file.writeUInt16LE(0xfffe, 28);
  file.writeUInt16LE(9, 30);
  file.fill(0xff, 76, sectorBytes);
  file.writeUInt32LE(0, 76);
  file.fill(0xff, sectorBytes, 2 * sectorBytes);
  for (let sector = 0; sector < used; sector += 1) file.writeUInt32LE(0xfffffffe, sectorBytes + sector * 4);
  return file;
}

describe('a compound file in another file', () => {
  it('ends where its table has nothing in use any more', () => {
    const [one, other] = [compoundFile(3), compoundFile(2)];
    const between = Buffer.alloc(100, 'x');
    const start = between.length + one.length + between.length;
    expect(findCarved(Buffer.concat([between, one, between, other]))).toEqual([
      { start: 100, end: 100 + one.length },
      { start, end: start + other.length },
    ]);
  });

  it('goes on to the end where its table is beyond that', () => {
    const cut = compoundFile(3).subarray(0, 600);
    expect(findCarved(Buffer.concat([Buffer.alloc(9, 'x'), cut]))).toEqual([{ start: 9, end: null }]);
  });

  it('is looked for in none of its kind, where it may lie in pieces', () => {
    expect(findCarved(Buffer.concat([compoundFile(2), compoundFile(2)]))).toEqual([]);
  });

  it('is none where a library has its first fields, and other data behind them', () => {
    const begun = Buffer.alloc(600, 'text of a library ');
    compoundFile(2).copy(begun, 0, 0, 34);
    begun.writeUInt16LE(0, 32);
    expect(findCarved(Buffer.concat([Buffer.alloc(9, 'x'), begun]))).toEqual([]);
    for (const at of [48, 76]) {
      const other = Buffer.from(begun);
      other.writeUInt32LE(1, at);
      expect(findCarved(Buffer.concat([Buffer.alloc(9, 'x'), other]))).not.toEqual([]);
    }
    begun.writeUInt16LE(6, 32);
    expect(findCarved(Buffer.concat([Buffer.alloc(9, 'x'), begun]))).not.toEqual([]);
  });

  it('is none without its order of bytes', () => {
    const file = compoundFile(2);
    file.writeUInt16LE(0, 28);
    expect(findCarved(Buffer.concat([Buffer.alloc(9, 'x'), file]))).toEqual([]);
  });
});
