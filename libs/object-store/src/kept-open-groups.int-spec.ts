import { mkdtemp, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptOpenGroups } from './kept-open-groups.js';

const linux = process.platform === 'linux';
let root: string;
let groups: KeptOpenGroups;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sluice-open-'));
  groups = new KeptOpenGroups();
});
afterEach(async () => {
  groups.closeAll();
  await rm(root, { recursive: true });
});

async function put(name: string, text: string): Promise<string> {
  const file = path.join(root, name);
  await writeFile(file, text);
  return file;
}
const read = async (file: string, offset: number, length: number): Promise<string> =>
  (await groups.read(file, { offset, length })).toString();
/** What this process has open in the folder. */
async function open(): Promise<string[]> {
  const all = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return all.filter((one) => one.startsWith(root)).map((one) => path.basename(one));
}
/** On a busy machine files may be closed again before they were looked at. */
const soon = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 300_000 });
const allClosed = () => soon(async () => expect(await open()).toEqual([]));

describe('group files that are read', () => {
  it('give each reader its own bytes, many at once and one after the other', async () => {
    const [a, b] = [await put('a', 'abcdefghij'), await put('b', '0123456789')];
    const places = Array.from({ length: 200 }, (_, index) => ({ at: index % 8, file: index % 3 ? a : b }));
    const said = await Promise.all(places.map(({ at, file }) => read(file, at, 2)));
    expect(said).toEqual(
      places.map(({ at, file }) => (file === a ? 'abcdefghij' : '0123456789').slice(at, at + 2)),
    );
    expect(await read(a, 9, 1)).toBe('j');
  });

  it.skipIf(!linux)(
    'are opened once for readers that come together, and closed when none came for a while',
    async () => {
      const file = await put('a', 'abc');
      await soon(async () => {
        for (let time = 0; time < 5; time++) await Promise.all([read(file, 0, 1), read(file, 1, 2)]);
        expect(await open()).toEqual(['a']);
      });
      await allClosed();
      expect(await read(file, 0, 3)).toBe('abc');
    },
  );

  it.skipIf(!linux)('are few, and each is closed, also with readers at work', async () => {
    const files = await Promise.all(
      Array.from({ length: 60 }, (_, index) => put(`${index}`, `${index + 10}`)),
    );
    expect(await Promise.all(files.map((file) => read(file, 0, 2)))).toEqual(
      files.map((_, index) => `${index + 10}`),
    );
    expect((await open()).length).toBeLessThanOrEqual(16);
    const reading = files.map((file) => read(file, 0, 2));
    groups.closeAll();
    expect(await Promise.all(reading)).toEqual(files.map((_, index) => `${index + 10}`));
    await allClosed();
  });

  it('say what they have where they end before it, and are opened anew by who looks again', async () => {
    const file = await put('a', 'abcdef');
    expect(await read(file, 0, 6)).toBe('abcdef');
    await truncate(file, 4);
    expect(await read(file, 3, 3)).toBe('d');
    await rm(file);
    await put('a', 'uvwxyz');
    expect(await read(file, 3, 3)).toBe('xyz');
  });

  it.skipIf(!linux)('that are not there say so each time, and leave nothing open', async () => {
    const file = path.join(root, 'none');
    for (let time = 0; time < 2; time++)
      await expect(read(file, 0, 1)).rejects.toMatchObject({ code: 'ENOENT' });
    await put('none', 'a');
    expect(await read(file, 0, 1)).toBe('a');
    await allClosed();
  });

  it.skipIf(!linux)('are read as they were when they are deleted meanwhile, and let go of soon', async () => {
    const file = path.join(root, 'a');
    await soon(async () => {
      await put('a', 'abc');
      await read(file, 0, 1);
      await rm(file);
      expect(await read(file, 0, 3)).toBe('abc');
    });
    await allClosed();
    await expect(read(file, 0, 3)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
