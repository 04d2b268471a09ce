import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildTar } from '../../testing/build-containers.js';
import { walkObject } from '../../walk-object.js';
import type { WalkLimits } from '../../walk-limits.js';
import { runSevenZip } from '../seven-zip/run-seven-zip.js';
import { loadSevenZip } from '../seven-zip/seven-zip-library.js';

const fill = (size: number, byte: number): Buffer => Buffer.alloc(size, byte);
const small = [1, 2, 3, 4, 5, 6].map((byte) => ({ name: `${byte}`, bytes: fill(8000, byte) }));
const tar = buildTar(small);
const withLarge = buildTar([{ name: 'large', bytes: fill(24_000, 7) }, ...small]);

async function pack(type: string, bytes: Buffer): Promise<Buffer> {
  const library = await loadSevenZip();
  if (library === null) throw new Error('the optional package 7z-wasm is missing: run npm ci');
  const pieces: Buffer[] = [];
  const write = (piece: Buffer, at = 0) => pieces.push(piece) && at;
  const sink = { begin: () => true, write, checkTime: () => undefined };
  await runSevenZip(library, bytes, { args: ['a', `-t${type}`, '/out/packed'], sink, name: 'content' });
  return Buffer.concat(pieces);
}

/** Blocks as they are, behind the head of an LZ4 frame without checksums (lz4_Frame_format.md). */
function lz4(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 5000) {
    const block = bytes.subarray(at, at + 5000);
    const size = Buffer.alloc(4);
    size.writeUInt32LE((block.length | 0x80000000) >>> 0);
    blocks.push(size, block);
  }
  return Buffer.concat([Buffer.from('04224d18604082', 'hex'), ...blocks, Buffer.alloc(4)]);
}

async function walk(bytes: Buffer, limits: Partial<WalkLimits> = {}) {
  const names: string[] = [];
  let largestShown = 0;
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 60_000,
    limits: { maxPartBytes: 16_000, ...limits },
    onPart: ({ path }) => void names.push(path.join(' > ')),
    onContent: (part) => void (largestShown = Math.max(largestShown, part.bytes.length)),
  });
  return { ...report, names, largestShown };
}

const halves = [tar.subarray(0, 20_000), tar.subarray(20_000)];
const streams: readonly (readonly [string, (bytes: Buffer) => Buffer | Promise<Buffer>])[] = [
  ['gzip', (bytes) => gzipSync(bytes)],
  ['xz', (bytes) => pack('xz', bytes)],
  ['bzip2', (bytes) => pack('bzip2', bytes)],
  ['lz4', lz4],
];

describe('archives in streams', () => {
  it.each(streams)('opens a tar in %s that is larger than a part may be', async (_name, packed) => {
    const { names, unexamined, largestShown } = await walk(await packed(tar));
    expect(unexamined).toEqual([]);
    expect(names.slice(2)).toEqual(small.map(({ name }) => `content > ${name}`));
    expect(largestShown).toBe(8000);
  });

  it('opens one in gzip members', async () => {
    const { unexamined, partCount } = await walk(Buffer.concat(halves.map((half) => gzipSync(half))));
    expect({ unexamined, partCount }).toEqual({ unexamined: [], partCount: 8 });
  });

  it.each(streams)(
    'says which file of a tar in %s is too large, and sees the others',
    async (_name, packed) => {
      const { names, unexamined, largestShown } = await walk(await packed(withLarge));
      const said = { reason: 'limit-exceeded', limit: 'maxPartBytes', path: ['content', 'large'] };
      expect(unexamined).toEqual([expect.objectContaining(said)]);
      expect(names).toHaveLength(8);
      expect(names).toHaveLength(8);
      // No content engine takes more than a part may have.
      expect(largestShown).toBe(8000);
    },
  );

  it.each(streams)('leaves anything else in %s that is too large', async (_name, packed) => {
    const { unexamined } = await walk(await packed(fill(50_000, 9)));
    expect(unexamined).toEqual([
      expect.objectContaining({ reason: 'limit-exceeded', limit: 'maxPartBytes' }),
    ]);
  });

  it.each(streams)('bounds a tar in %s by what may be held', async (_name, packed) => {
    const { unexamined } = await walk(await packed(tar), { maxHeldBytes: tar.length - 1 });
    expect(unexamined).toEqual([
      expect.objectContaining({ reason: 'limit-exceeded', limit: 'maxHeldBytes' }),
    ]);
  });

  it('charges what stands in a tar as it is only once', async () => {
    const { unexamined } = await walk(gzipSync(buildTar([{ name: 'a.tar', bytes: tar }])), {
      maxPartBytes: 100_000,
      maxHeldBytes: 2 * tar.length,
    });
    expect(unexamined).toEqual([]);
  });

  it('says it of a tar of nothing that no part shows', async () => {
    const empty = buildTar(Array.from({ length: 100 }, (_, at) => ({ name: `${at}`, bytes: fill(0, 0) })));
    const { unexamined, largestShown } = await walk(gzipSync(empty));
    expect(unexamined).toEqual([
      expect.objectContaining({ reason: 'limit-exceeded', limit: 'maxPartBytes' }),
    ]);
    expect(largestShown).toBe(0);
  });
});
