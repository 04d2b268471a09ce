import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { archiveSample } from '../../testing/archive-samples.js';
import { openAll } from '../../testing/open-all.js';
import { loadSevenZip } from '../seven-zip/seven-zip-library.js';
import { openSquashfs } from './open-squashfs.js';

const needle = 'a needle in a haystack';

/** Made by mksquashfs; gzipped, in base64. */
const packedWithLz4 = gunzipSync(
  Buffer.from(
    'H4sIAAAAAAACA+3OPQ6CQBAF4LcLGCg0ISharhaWXsYTbJQExZAYKLTbw1h4DD2CpZ2ljYmVpTrB4RTOl+y+/WHYyattpdHSUDQHiHHqKPi0Nnzz5nxxfpjj/ZHzwnnnDJ3ilTVlli03mVmVxprc7qvaLoop5hoHRe8GETyNOO1j8Bgi0SMqhhtTpUeDTuibRIW4aUT4/WpW7+oeJmu6cSma3nHm57pNgWv7v3L6TcNPCCGEEEIIIYQQ/+QLKZd4VwAQAAA=',
    'base64',
  ),
);

beforeAll(() => loadSevenZip(), 60_000);

describe('a SquashFS image', () => {
  it('gives its files', async () => {
    const { parts, unexamined } = await openAll(openSquashfs, archiveSample('squashfs'));
    expect(unexamined).toEqual([]);
    expect(parts.some((part) => part.bytes.includes(needle))).toBe(true);
  });

  it('packed with LZ4 is said to be, by that name', async () => {
    const { parts, unexamined } = await openAll(openSquashfs, packedWithLz4);
    expect(parts).toEqual([]);
    expect(unexamined).toEqual([{ kind: 'unexamined', reason: 'unsupported', detail: 'packed with LZ4' }]);
  });

  it('that only claims another packing gives its files or says that they could not be had', async () => {
    const image = Buffer.from(archiveSample('squashfs'));
    image.writeUInt16LE(4, 20);
    const { parts, unexamined } = await openAll(openSquashfs, image);
    expect(parts.some((part) => part.bytes.includes(needle)) || unexamined.length > 0).toBe(true);
  });

  it.each([10, 50, 90])('is never silent when %d of 100 bytes are left', async (percent) => {
    const image = archiveSample('squashfs');
    const { parts, unexamined } = await openAll(
      openSquashfs,
      image.subarray(0, Math.floor((image.length * percent) / 100)),
    );
    expect(parts.some((part) => part.bytes.includes(needle)) || unexamined.length > 0).toBe(true);
  });
});
