import { bytes, repeated } from '../layouts/byte-layout.js';
import { gnuLongName, paxMember, paxRecord, tarOf } from '../layouts/tar-layout.js';
import { blocks } from '../making/kind-options.js';
import { kindsOf } from '../making/kind.js';
import { madeBy } from '../making/run-tool.js';
import type { ToolName } from '../making/tools.js';

const tarWith = (needle: Buffer): Buffer =>
  tarOf([
    ['readme.txt', 'hello'],
    ['eicar.com', needle],
  ]);
const longName = `${'x/'.repeat(60)}eicar.com`;
const packers: readonly (readonly [extension: string, tool: ToolName | null, command: string])[] = [
  ['gz', null, 'gzip -c'],
  ['bz2', 'bzip2', 'bzip2 -c'],
  ['xz', 'xz', 'xz -c'],
  ['zst', 'zstd', 'zstd -qc'],
  ['lz4', 'lz4', 'lz4 -qc'],
  ['lzma', 'xz', 'xz --format=lzma -c'],
  ['Z', 'compress', 'compress -c'],
  ['lz', 'lzip', 'lzip -c'],
  ['lzo', 'lzop', 'lzop -qc'],
  ['br', 'brotli', 'brotli -c'],
];

export const tarKinds = kindsOf('tar', 'first', (add) => {
  add('tar-ustar', (needle) => tarOf([['eicar.com', needle]]), blocks);
  add('tar-gnu', (needle) => gnuLongName(longName, needle), blocks);
  add('tar-pax', (needle) => paxMember(paxRecord('path', longName), longName, needle), blocks);
  add(
    'tar-v7',
    (needle) =>
      madeBy({
        needs: ['tar'],
        files: { 'eicar.com': needle },
        script: 'tar --format=v7 -cf a.tar eicar.com',
        out: 'a.tar',
      }),
    blocks,
  );
  add('tar-two', (needle) => bytes(tarOf([['a', '1']]), tarOf([['eicar.com', needle]])), blocks);
  add(
    'tar-first-header-broken',
    (needle) => {
      const tar = tarOf([
        ['a', ''],
        ['eicar.com', needle],
      ]);
      return bytes(repeated([1], 100), tar.subarray(100));
    },
    { ...blocks, heldTwin: 'its first header is broken' },
  );
  for (const [extension, tool, command] of packers) {
    const make = (needle: Buffer): Promise<Buffer> =>
      madeBy({
        needs: tool === null ? [] : [tool],
        files: { 'a.tar': tarWith(needle) },
        script: `${command} a.tar >a.out`,
        out: 'a.out',
      });
    const clean = 'Brotli has no mark by which anyone could know it';
    add(`tar.${extension}`, make, extension === 'br' ? { clean } : extension === 'Z' ? blocks : {});
  }
});
