import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { walkObject } from '../walk-object.js';
import { runSevenZip } from './seven-zip/run-seven-zip.js';
import { loadSevenZip } from './seven-zip/seven-zip-library.js';
import { buildTar, buildZip } from '../testing/build-containers.js';

const zeros = Buffer.alloc(48 * 1024 ** 2);

/** An archive of zeros, as 7-Zip packs it. */
async function pack(type: string, options: readonly string[] = []): Promise<Buffer> {
  const library = await loadSevenZip();
  if (library === null) throw new Error('the optional package 7z-wasm is missing: run npm ci');
  const pieces: Buffer[] = [];
  const args = ['a', `-t${type}`, '-mx1', ...options, '/out/packed'];
  const sink = {
    begin: () => true,
    write: (piece: Buffer, at = 0) => pieces.push(piece) && at,
    checkTime: () => undefined,
  };
  await runSevenZip(library, zeros, { args, sink, name: 'zeros' });
  return Buffer.concat(pieces);
}

async function walk(bytes: Buffer) {
  let most = 0;
  const limits = { ratioFromBytes: 8 * 1024 ** 2, maxRatio: 250 };
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 120_000,
    limits,
    onPart: (part) => {
      if (part.number > 0) most = Math.max(most, part.bytes.length);
    },
  });
  return { ...report, most };
}

describe('bombs', () => {
  it.each(['xz', 'bzip2'])('ends at the bound of its ratio while 7-Zip unpacks: %s', async (type) => {
    const bomb = await pack(type);
    expect(bomb.length).toBeLessThan(zeros.length / 250);
    const { unexamined, most } = await walk(bomb);
    expect(unexamined).toEqual([expect.objectContaining({ reason: 'limit-exceeded', limit: 'maxRatio' })]);
    expect(most).toBe(0);
  });

  it.each([
    ['gzip', gzipSync(zeros)],
    ['zip', buildZip([{ name: 'zeros', bytes: zeros }])],
    [
      'many gzip members',
      Buffer.concat(Array.from({ length: 20 }, () => gzipSync(zeros.subarray(0, 4 * 1024 ** 2)))),
    ],
  ])('ends at the bound of its ratio: %s', async (_name, bomb) => {
    expect((await walk(bomb)).unexamined).toEqual([
      expect.objectContaining({ reason: 'limit-exceeded', limit: 'maxRatio' }),
    ]);
  });

  it('takes no work for a tar of many empty files', async () => {
    const tar = buildTar(
      Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}`, bytes: Buffer.alloc(0) })),
    );
    expect(await walk(tar)).toMatchObject({ unexamined: [], partCount: 1 });
  });
});
