import { readFile, rename, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { groupKeyOf, type AcceptItem } from '@sluice/contracts';
import type { FolderObjectStore } from '@sluice/object-store';
import { GroupsInstance } from '../testing/group-fixture.js';
import { useGroups } from '../testing/use-groups.js';

const on = useGroups();

describe('a kept object that cannot be read', () => {
  const said: { message: string; level: string }[] = [];
  const note = (level: string) => (_fields: unknown, message: string) => said.push({ level, message });
  const listening = { warn: note('warn'), error: note('error') } as never;
  beforeEach(() => said.splice(0));
  const withStore = (store: FolderObjectStore) =>
    new GroupsInstance({ database: on.ledger.database, store, logger: listening });

  /** The last object of its group, and the file ends before it. */
  async function keepUnreadable(): Promise<AcceptItem> {
    const all = await on.groups.arrive('clean bytes', 'bad bytes');
    const [clean, bad] = all;
    if (bad === undefined || clean === undefined) throw new Error('two');
    await on.groups.accept(...all);
    await on.groups.conclude(clean, 'clean');
    await on.groups.conclude(bad, 'infected');
    const group = groupKeyOf(bad.objectKey) ?? '';
    await truncate(path.join(on.folder.folder, 'objects', group.slice(0, 2), `${group}.group`), 12);
    return bad;
  }
  const passes = (interval: string) =>
    on.ledger.rows(`UPDATE ledger.kept_objects SET kept_at = kept_at - $1::interval`, [interval]);

  it('holds up no other, and is tried again', async () => {
    const bad = await keepUnreadable();
    const { bad: other } = await on.groups.keepOne();
    const instance = withStore(on.folder.store);
    await instance.copyAll();
    const rows = await on.ledger.rows<{ submission_id: string; is_own: boolean }>(
      'SELECT submission_id, ledger.group_of(object_key) IS NULL AS is_own FROM ledger.kept_objects ORDER BY seq',
    );
    expect(rows).toEqual([
      { submission_id: bad.submissionId, is_own: false },
      { submission_id: other.submissionId, is_own: true },
    ]);
    expect(await instance.copies.isAnyDue()).toBe(false);
    instance.pass(60_000);
    expect(await instance.copies.isAnyDue()).toBe(true);
  });

  it('is given up within the hour, by the clock of the database, and it is said; its neighbours are gone then', async () => {
    const bad = await keepUnreadable();
    const instance = withStore(on.folder.store);
    await passes('44 minutes');
    await on.groups.tidyUp(instance);
    expect([await on.folder.groups(), said.filter(({ level }) => level === 'error')]).toEqual([
      [groupKeyOf(bad.objectKey)],
      [],
    ]);
    await passes('2 minutes');
    instance.pass(300_000);
    await on.groups.tidyUp(instance);
    expect(await on.folder.groups()).toEqual([]);
    expect(await on.ledger.rows('SELECT FROM ledger.kept_objects')).toEqual([]);
    expect(said.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', message: 'kept object given up: its bytes cannot be read' },
    ]);
    expect(
      await on.ledger.rows('SELECT submission_id, reason, can_retry FROM ledger.failed_job_list'),
    ).toEqual([{ submission_id: bad.submissionId, reason: 'object-unreadable', can_retry: false }]);
    expect(
      await on.ledger.rows('SELECT state FROM ledger.scans WHERE submission_id = $1', [bad.submissionId]),
    ).toEqual([{ state: 'detect' }]);
    // What looked whether the store works left nothing.
    expect((await on.folder.stored()).plain).toEqual([]);
  });

  it('has other bytes than its own, as those of a neighbour: they are copied nowhere, and given up', async () => {
    const { bad } = await on.groups.keepOne();
    const group = groupKeyOf(bad.objectKey) ?? '';
    const file = path.join(on.folder.folder, 'objects', group.slice(0, 2), `${group}.group`);
    const bytes = await readFile(file);
    await writeFile(file, Buffer.concat([bytes.subarray(3), bytes.subarray(0, 3)]));
    const instance = withStore(on.folder.store);
    await instance.copyAll();
    expect((await on.folder.stored()).plain).toEqual([]);
    await passes('46 minutes');
    instance.pass(300_000);
    await on.groups.tidyUp(instance);
    expect([await on.folder.groups(), (await on.folder.stored()).plain]).toEqual([[], []]);
    expect(await on.ledger.rows('SELECT FROM ledger.kept_objects')).toEqual([]);
    expect(await on.ledger.rows('SELECT reason FROM ledger.failed_job_list')).toEqual([
      { reason: 'object-unreadable' },
    ]);
  });

  it('is not given up while nothing can be read or written at all', async () => {
    await keepUnreadable();
    await passes('3 hours');
    const store = Object.create(on.folder.store) as FolderObjectStore;
    store.create = () => Promise.reject(new Error('EIO'));
    const instance = withStore(store);
    await instance.copyAll();
    instance.pass(300_000);
    await on.groups.tidyUp(instance);
    expect(await on.ledger.rows('SELECT FROM ledger.kept_objects')).toHaveLength(1);
    expect(await on.folder.groups()).toHaveLength(1);
  });

  it('is not given up at the first failure, as after hours in which nothing ran', async () => {
    const { bad } = await on.groups.keepOne();
    await passes('3 hours');
    const group = groupKeyOf(bad.objectKey) ?? '';
    const file = path.join(on.folder.folder, 'objects', group.slice(0, 2), `${group}.group`);
    await rename(file, `${file}.away`);
    const instance = withStore(on.folder.store);
    await instance.copyAll();
    instance.pass(60_000);
    await instance.copyAll();
    await rename(`${file}.away`, file);
    instance.pass(60_000);
    await on.groups.tidyUp(instance);
    await on.groups.expectCopied();
  });

  it('but for want of room for a copy, is kept: a few bytes may still fit', async () => {
    await on.groups.keepOne();
    await passes('3 hours');
    let isFull = true;
    const store = Object.create(on.folder.store) as FolderObjectStore;
    store.copyOut = (...args) =>
      isFull ? Promise.reject(new Error('ENOSPC')) : on.folder.store.copyOut(...args);
    const instance = withStore(store);
    for (let minute = 0; minute < 10; minute += 1) {
      await instance.copyAll();
      instance.pass(60_000);
    }
    isFull = false;
    await on.groups.tidyUp(instance);
    await on.groups.expectCopied();
  });

  it('can be read meanwhile: then it is kept', async () => {
    const { bad } = await on.groups.keepOne();
    await passes('3 hours');
    let isBroken = true;
    const store = Object.create(on.folder.store) as FolderObjectStore;
    store.copyOut = (...args) =>
      isBroken ? Promise.reject(new Error('EIO')) : on.folder.store.copyOut(...args);
    store.create = () => Promise.reject(new Error('EIO'));
    const instance = withStore(store);
    await instance.copyAll();
    isBroken = false;
    instance.pass(60_000);
    await instance.copyAll();
    await on.groups.tidyUp(instance);
    await on.groups.expectCopied();
    expect(bad.sizeBytes).toBe(9);
  });
});
