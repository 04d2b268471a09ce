import { createPublicKey, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { groupKeyOf, parseObjectKey } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-object-store.js';
import { type GroupFileSystem, groupFileSystem } from './group-file.js';
import { readKept, sealKept } from './kept-objects.js';
import { addQuarantineKey } from './quarantine-keys.js';

let root: string;
let store: FolderObjectStore;
/** What a test makes fail. */
let files: GroupFileSystem;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sluice-groups-'));
  files = { ...groupFileSystem };
  store = await FolderObjectStore.open(root, { groupFiles: files });
});
afterEach(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

const fault = (code: string): Error => Object.assign(new Error(code), { code });
const objects = (count: number, bytes = 1000): Buffer[] =>
  Array.from({ length: count }, () => randomBytes(bytes));
/** The first is under way alone while the others gather. */
const together = (list: readonly Buffer[]) =>
  Promise.allSettled([randomBytes(10), ...list].map((bytes) => store.createShared(bytes)));
async function stored(list: readonly Buffer[]): Promise<string[]> {
  const [, ...settled] = await together(list);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
const filesIn = async (): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map(({ name }) => name);
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const groupFile = (key: string): string => {
  const groupKey = groupKeyOf(key) ?? 'none';
  return path.join(root, groupKey.slice(0, 2), `${groupKey}.group`);
};

describe('small objects', () => {
  it('that came while a flush was under way share a file, and each is read by its key', async () => {
    const list = objects(32).map((bytes, index) => bytes.subarray(index));
    const keys = await stored(list);
    expect(new Set(keys.map(groupKeyOf)).size).toBe(1);
    for (const [index, key] of keys.entries()) {
      expect(await store.readWhole(key, list[index]!.length)).toEqual(list[index]);
      expect(await buffer(await store.read(key))).toEqual(list[index]);
      // As of an object with a file of its own: one byte more than said, never a neighbour's.
      expect(await store.readWhole(key, 5)).toEqual(list[index]!.subarray(0, 6));
    }
    const { size, mode } = await stat(groupFile(keys[0]!));
    expect(size).toBe(list.reduce((sum, { length }) => sum + length, 0));
    expect(mode & 0o777).toBe(0o600);
  });

  it('that are alone have a file of their own, at once', async () => {
    const bytes = randomBytes(1000);
    const key = await store.createShared(bytes);
    expect(parseObjectKey(key)).toEqual({ kind: 'own', key });
    expect(await filesIn()).toEqual([key]);
    // Two: the second was alone in waiting.
    const keys = await Promise.all([store.createShared(bytes), store.createShared(bytes)]);
    expect(keys.map(groupKeyOf)).toEqual([null, null]);
  });

  it('are at most 32 and 1 MiB in a file; the others go with the next', async () => {
    const many = (await stored(objects(70))).map(groupKeyOf);
    const sizes = (keys: (string | null)[]) =>
      [...new Set(keys)].map((one) => keys.filter((key) => key === one).length);
    expect(sizes(many)).toEqual([32, 32, 6]);
    const large = (await stored(objects(20, 65_536))).map(groupKeyOf);
    expect(sizes(large)).toEqual([16, 4]);
    expect(large).not.toContain(null);
  });

  it.each([0, 65_537])('of %d bytes share none', async (bytes) => {
    const list = objects(3, bytes);
    const keys = await stored(list);
    expect(keys.map(groupKeyOf)).toEqual([null, null, null]);
    expect(await store.readWhole(keys[1]!, bytes)).toEqual(list[1]);
  });

  it('never join a flush that began', async () => {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    files.writeAll = async (file, buffers) => {
      await groupFileSystem.writeAll(file, buffers);
      begin();
      await released;
    };
    const first = together(objects(3));
    await begun;
    const late = objects(2);
    const later = Promise.all(late.map((bytes) => store.createShared(bytes)));
    release();
    const keys = (await first).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const lateKeys = await later;
    expect(keys).toHaveLength(4);
    expect(new Set(lateKeys.map(groupKeyOf)).size).toBe(1);
    expect(keys.map(groupKeyOf)).not.toContain(groupKeyOf(lateKeys[0]!));
    expect(await store.readWhole(lateKeys[1]!, 1000)).toEqual(late[1]);
  });
});

describe('a group that cannot be stored', () => {
  const fail = (step: keyof GroupFileSystem, code: string): void => {
    Object.assign(files, { [step]: () => Promise.reject(fault(code)) });
  };
  async function refusesAll(code: string): Promise<void> {
    const settled = (await together(objects(5))).slice(1);
    const reason = { code: code === 'EIO' ? 'unavailable' : 'full' };
    expect(settled).toMatchObject(Array.from({ length: 5 }, () => ({ status: 'rejected', reason })));
  }
  /** With it in the flush of the file, the folder: those of the lone object before come first. */
  const failFlush = (which: 2 | 3, code: string): void => {
    let count = 0;
    files.flush = (file) =>
      (count += 1) === which ? Promise.reject(fault(code)) : groupFileSystem.flush(file);
  };

  const failures = [
    ['opening', (code: string) => fail('openFile', code)],
    ['write', (code: string) => fail('writeAll', code)],
    ['flush', (code: string) => failFlush(2, code)],
    ['rename', (code: string) => fail('renameFile', code)],
    ['flush of the folder', (code: string) => failFlush(3, code)],
  ] as const;
  describe.each(['EIO', 'ENOSPC'])('for %s', (code) => {
    it.each(failures)('in its %s rejects each of its objects and leaves no file', async (_step, failing) => {
      const list = objects(3);
      const keys = await stored(list);
      const before = (await filesIn()).length;
      failing(code);
      await refusesAll(code);
      // The lone one before the group has its own.
      expect(await filesIn()).toHaveLength(before + 1);
      expect(await store.readWhole(keys[1]!, 1000)).toEqual(list[1]);
      Object.assign(files, groupFileSystem);
      const [again] = objects(1);
      const [key] = await stored([again!, ...objects(2)]);
      expect(keys.map(groupKeyOf)).not.toContain(groupKeyOf(key!));
      expect(await store.readWhole(key!, 1000)).toEqual(again);
    });
  });

  it.skipIf(process.platform !== 'linux')('leaves no file open', async () => {
    const open = async () => {
      const targets = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      // Other suites of this process have files of their own.
      return targets.filter((target) => target.startsWith(root) && target.includes('.group'));
    };
    for (const [, failing] of failures) {
      failing('EIO');
      await refusesAll('EIO');
      Object.assign(files, groupFileSystem);
    }
    expect(await open()).toEqual([]);
  });
});

describe('an object that shares a file', () => {
  it('whose file ends before it is read as short, not as missing and not as another', async () => {
    const keys = await stored(objects(3));
    await truncate(groupFile(keys[0]!), 2500);
    expect(await store.readWhole(keys[1]!, 1000)).toHaveLength(1000);
    await expect(store.readWhole(keys[2]!, 1000)).rejects.toMatchObject({ code: 'short' });
    await expect(store.read(keys[2]!)).rejects.toMatchObject({ code: 'short' });
    await expect(store.copyOut(keys[2]!, null)).rejects.toMatchObject({ code: 'short' });
  });

  it('is missing with its file, and nothing is said of it where the store is gone', async () => {
    const [key] = await stored(objects(2));
    await store.deleteGroup(groupKeyOf(key!)!);
    await store.deleteGroup(groupKeyOf(key!)!);
    await expect(store.readWhole(key!, 1000)).rejects.toMatchObject({ code: 'missing' });
    await rm(path.dirname(groupFile(key!)), { recursive: true });
    await expect(store.read(key!)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not deleted by itself, has no sidecar and no sealed form', async () => {
    const [bytes, other] = objects(2);
    const [key] = await stored([bytes!, other!]);
    await store.delete(key!);
    await store.deleteSealed(key!);
    await store.deleteSidecar(key!);
    expect(await store.readWhole(key!, 1000)).toEqual(bytes);
    const files = (await filesIn()).length;
    await expect(store.writeSidecar(key!, Buffer.from('x'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.createSealed(key!)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.createAgain(key!)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(sealKept(store, key!, createPublicKey(addQuarantineKey().publicPem))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await filesIn()).toHaveLength(files);
    await expect(store.readSidecar(key!, 10)).rejects.toMatchObject({ code: 'missing' });
    await expect(store.readSealed(key!)).rejects.toMatchObject({ code: 'missing' });
    expect(await buffer(await readKept(store, key!, null))).toEqual(bytes);
  });

  it('is listed by its file, apart from the others', async () => {
    const keys = await stored(objects(2));
    const own = (await collect(store.list())).map(({ key }) => key);
    expect(own).toHaveLength(1);
    expect(await collect(store.listGroups())).toMatchObject([{ key: groupKeyOf(keys[0]!), sizeBytes: 2000 }]);
    expect(await collect(store.listSealed())).toEqual([]);
    await expect(store.deleteGroup(keys[0]!)).rejects.toThrow();
    await expect(store.deleteGroup('../../x')).rejects.toMatchObject({ code: 'missing' });
    expect(await collect(store.listGroups())).toHaveLength(1);
  });

  it('is copied out into a file of its own, again and again', async () => {
    const [bytes, other] = objects(2);
    const [key] = await stored([bytes!, other!]);
    const copies = [await store.copyOut(key!, null), await store.copyOut(key!, null)];
    await store.deleteGroup(groupKeyOf(key!)!);
    expect(new Set(copies).size).toBe(2);
    for (const copy of copies) expect(await store.readWhole(copy, 1000)).toEqual(bytes);
    // It has a file of its own already: whoever asks has mistaken it.
    await expect(store.copyOut(copies[0]!, null)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.copyOut(key!, null)).rejects.toMatchObject({ code: 'missing' });
  });

  it.each(['EIO', 'ENOSPC'])('has no copy whose folder is not flushed, for %s', async (code) => {
    const [bytes, other] = objects(2);
    const [key] = await stored([bytes!, other!]);
    const before = (await filesIn()).length;
    files.flush = () => Promise.reject(fault(code));
    const reason = { code: code === 'EIO' ? 'unavailable' : 'full' };
    await expect(store.copyOut(key!, null)).rejects.toMatchObject(reason);
    expect(await filesIn()).toHaveLength(before);
    expect(await store.readWhole(key!, 1000)).toEqual(bytes);
  });

  it('that a crash halved, or its copy, is a leftover and no object', async () => {
    for (const name of [`${'a'.repeat(32)}.group`, 'b'.repeat(32)]) {
      await writeFile(path.join(root, 'incoming', name), 'half');
      await utimes(path.join(root, 'incoming', name), new Date(0), new Date(0));
    }
    await expect(store.readWhole(`${'a'.repeat(32)}.0.4`, 4)).rejects.toMatchObject({ code: 'missing' });
    expect(await collect(store.listGroups())).toEqual([]);
    expect(await collect(store.list())).toEqual([]);
    expect(await store.removeLeftovers(60_000)).toBe(2);
  });
});
