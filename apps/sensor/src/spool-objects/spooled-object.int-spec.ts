import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpooledObject } from './spooled-object.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-spool-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const readAll = async (object: SpooledObject): Promise<Buffer> => {
  const read: Buffer[] = [];
  for await (const piece of object.read()) read.push(piece);
  return Buffer.concat(read);
};

describe('SpooledObject', () => {
  it.each([0, 1, 64 * 1024, 64 * 1024 + 1, 1_000_003])(
    'gives %d bytes back, as often as asked, and leaves no file',
    async (size) => {
      const bytes = randomBytes(size);
      const object = await SpooledObject.from(pieces(bytes, 10_000), folder);
      expect(object.sizeBytes).toBe(size);
      expect(object.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect((await readAll(object)).equals(bytes)).toBe(true);
      expect((await readAll(object)).equals(bytes)).toBe(true);
      expect(await readdir(folder)).toEqual([]);
      await object.close();
    },
  );

  it('rejects with what its source rejects with', async () => {
    const cut = new Error('cut');
    const source = async function* (): AsyncGenerator<Buffer> {
      yield randomBytes(200_000);
      throw cut;
    };
    await expect(SpooledObject.from(source(), folder)).rejects.toBe(cut);
    expect(await readdir(folder)).toEqual([]);
  });

  it('rejects when the folder cannot be written', async () => {
    const source = pieces(randomBytes(200_000), 10_000);
    await expect(SpooledObject.from(source, path.join(folder, 'none'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
