import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { buildTar } from '../../testing/build-containers.js';
import { needle, walk } from '../../testing/walk-for-needle.js';

/** A frame of LZ4 with one block as it is, without checksums (lz4_Frame_format.md). */
function lz4(content: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE((content.length | 0x80000000) >>> 0);
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), size, content, Buffer.alloc(4)]);
}

const hay = Buffer.alloc(5000, 'hay ');

/** Behind an empty one. */
const bzip2 = archiveSample('bz2-two').subarray(14);

describe('the first of several streams', () => {
  const streams: readonly (readonly [name: string, first: Buffer, second: Buffer])[] = [
    ['gzip', gzipSync(needle), gzipSync(hay)],
    ['LZ4', lz4(needle), lz4(hay)],
    ['bzip2', bzip2, bzip2],
    ...(['xz-x86-filter', 'zst', 'lzip'] as const).map(
      (name) => [name, archiveSample(name), archiveSample(name)] as const,
    ),
  ];
  it.each(streams)('of %s is given beside the whole', async (_, first, second) => {
    const alone = await walk(first);
    const { found, paths, unexamined } = await walk(Buffer.concat([first, second]));
    expect(unexamined).toEqual([]);
    expect(found).toEqual(alone.found);
    expect(paths).toEqual(['', 'content', 'content']);
  });

  it('may be the beginning of a tar', async () => {
    const tar = buildTar([{ name: 'a', bytes: hay }]);
    const bytes = Buffer.concat([gzipSync(tar.subarray(0, 1000)), gzipSync(tar.subarray(1000))]);
    expect((await walk(bytes)).unexamined).toEqual([]);
  });
});
