import { chmod, mkdtemp, readdir, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FolderObjectStore } from './folder-object-store.js';
import { openObjectStore } from './open-object-store.js';

let root: string;
let store: FolderObjectStore;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sluice-objects-'));
  store = await openObjectStore(pathToFileURL(root).href);
});
afterEach(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

async function put(...chunks: string[]): Promise<string> {
  const writer = await store.create();
  for (const chunk of chunks) await writer.write(Buffer.from(chunk));
  await writer.commit();
  return writer.key;
}
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const keys = async () => (await collect(store.list())).map((one) => one.key);

describe('folder object store', () => {
  it('gives back the bytes that were written', async () => {
    const key = await put('one', '', 'two');
    expect((await buffer(await store.read(key))).toString()).toBe('onetwo');
  });
  it('gives back a small object in one piece, and one byte more of one that is larger than said', async () => {
    const key = await put('one', 'two');
    expect((await store.readWhole(key, 6)).toString()).toBe('onetwo');
    expect((await store.readWhole(key, 60)).toString()).toBe('onetwo');
    expect((await store.readWhole(key, 3)).toString()).toBe('onet');
    expect(await store.readWhole(await put(), 0)).toHaveLength(0);
    expect((await store.readWhole(key, 0)).toString()).toBe('o');
    expect((await store.readWhole(key, 5)).toString()).toBe('onetwo');
    await expect(store.readWhole('0'.repeat(32), 6)).rejects.toMatchObject({ code: 'missing' });
  });
  it.skipIf(process.platform !== 'linux')('leaves no file open, whatever became of the object', async () => {
    const open = async () => {
      const targets = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      // Folders stay open to be flushed. Other suites of this process have files of their own.
      return targets.filter((target) => target.startsWith(root) && /[0-9a-f]{32}/.test(target));
    };
    const key = await put('one');
    await store.readWhole(key, 3);
    await store.readWhole(key, 1);
    await (await store.create()).abort();
    const lost = await store.create();
    await rm(path.join(root, 'incoming', lost.key));
    await expect(lost.commit()).rejects.toMatchObject({ code: 'missing' });
    await lost.abort();
    expect(await open()).toEqual([]);
  });
  it('keeps objects under random keys without extension, readable by their owner alone', async () => {
    const key = await put('x');
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const { mode, size } = await stat(path.join(root, key.slice(0, 2), key));
    expect(mode & 0o777).toBe(0o600);
    expect(size).toBe(1);
  });
  it('gives no key twice', async () => {
    const writers = await Promise.all(Array.from({ length: 600 }, () => store.create()));
    expect(new Set(writers.map(({ key }) => key)).size).toBe(600);
    await Promise.all(writers.map((writer) => writer.abort()));
  });
  it('lets a group read and remove where the root is writable by one, and no one else', async () => {
    const shared = await mkdtemp(path.join(tmpdir(), 'sluice-objects-'));
    await chmod(shared, 0o2770);
    const sharedStore = await openObjectStore(pathToFileURL(shared).href);
    const writer = await sharedStore.create();
    await writer.commit();
    const shard = path.join(shared, writer.key.slice(0, 2));
    expect((await stat(shard)).mode & 0o7777).toBe(0o2770);
    expect((await stat(path.join(shard, writer.key))).mode & 0o777).toBe(0o640);
    await sharedStore.close();
    await rm(shared, { recursive: true });
  });
  it('shows an object to no one before its commit', async () => {
    const writer = await store.create();
    await writer.write(Buffer.from('half'));
    await expect(store.read(writer.key)).rejects.toMatchObject({ code: 'missing' });
    expect(await keys()).toEqual([]);
    await writer.abort();
  });
  it('keeps nothing of an aborted object', async () => {
    const writer = await store.create();
    await writer.write(Buffer.from('half'));
    await writer.abort();
    expect(await readdir(path.join(root, 'incoming'))).toEqual([]);
  });
  it('deletes, and deletes again without an error', async () => {
    const key = await put('x');
    await store.delete(key);
    await store.delete(key);
    await expect(store.read(key)).rejects.toMatchObject({ code: 'missing' });
  });
  it('keeps something small beside an object, apart from the objects, for its owner alone', async () => {
    const key = await put('object');
    await store.writeSidecar(key, Buffer.from('beside'));
    expect((await store.readSidecar(key, 100)).toString()).toBe('beside');
    expect((await store.readSidecar(key, 3)).toString()).toBe('besi');
    expect(await keys()).toEqual([key]);
    expect(await collect(store.listSidecars())).toMatchObject([{ key, sizeBytes: 6 }]);
    expect((await stat(path.join(root, 'sidecars', key))).mode & 0o777).toBe(0o600);
    await store.delete(key);
    expect(await collect(store.listSidecars())).toHaveLength(1);
    await store.deleteSidecar(key);
    await store.deleteSidecar(key);
    expect(await collect(store.listSidecars())).toEqual([]);
    await expect(store.readSidecar(key, 100)).rejects.toMatchObject({ code: 'missing' });
    await expect(store.readSidecar('../../etc/passwd', 100)).rejects.toMatchObject({ code: 'missing' });
  });
  it('lists no sidecars before there was one', async () => {
    expect(await collect(store.listSidecars())).toEqual([]);
  });
  it('never leaves its folder, whatever the key', async () => {
    await expect(store.read('../../../etc/passwd')).rejects.toMatchObject({ code: 'missing' });
  });
  it('lists what is committed, with size and age', async () => {
    const key = await put('four');
    const [found] = await collect(store.list());
    expect(found).toMatchObject({ key, sizeBytes: 4 });
  });
  it('removes what interrupted writers left, once it is old', async () => {
    const left = path.join(root, 'incoming', 'f'.repeat(32));
    await writeFile(left, 'half');
    expect(await store.removeLeftovers(60_000)).toBe(0);
    await utimes(left, new Date(0), new Date(0));
    expect(await store.removeLeftovers(60_000)).toBe(1);
  });
  it('opened for reading alone makes nothing and reads what others stored', async () => {
    const elsewhere = path.join(root, 'not-there-yet');
    const reader = await openObjectStore(pathToFileURL(elsewhere).href, { isReadOnly: true });
    const key = '0'.repeat(32);
    // Of a store that is not there, as of a disk that is not mounted, no object is known to be gone.
    await expect(reader.read(key)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(reader.readSealed(key)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(reader.readWhole(key, 1)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(stat(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' });
    await openObjectStore(pathToFileURL(elsewhere).href);
    await expect(reader.read(key)).rejects.toMatchObject({ code: 'missing' });
    await expect(reader.readWhole(key, 1)).rejects.toMatchObject({ code: 'missing' });
  });
  it('refuses an address it does not know with the form it wants', async () => {
    await expect(openObjectStore('s3://bucket')).rejects.toThrow(/file:\/\/\//);
  });
});
