import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { groupKeyOf, ledgerRpc, type AcceptItem } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import type { FolderObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { SealObjects } from '../keep-objects/seal-objects.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { GroupFixture, GroupsInstance } from '../testing/group-fixture.js';
import { LedgerFixture } from '../testing/ledger-fixture.js';
import { ObjectFolder } from '../testing/object-folder.js';
import { RescanFixture } from '../testing/rescan-fixture.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
let ledger: LedgerFixture;
let folder: ObjectFolder;
let groups: GroupFixture;
let results: GroupsInstance;
beforeAll(async () => {
  [ledger, folder] = await Promise.all([LedgerFixture.create(), ObjectFolder.create()]);
});
afterAll(async () => {
  await ledger.close();
  await folder.remove();
});
beforeEach(async () => {
  await ledger.clear();
  await folder.clear();
  groups = new GroupFixture(ledger, folder, await ledger.addSystem());
  results = new GroupsInstance({ database: ledger.database, store: folder.store });
});

/** One detected, one clean, one that is not accepted: the neighbours of what is kept. */
async function keepOne(): Promise<{ bad: AcceptItem; all: AcceptItem[] }> {
  const all = await groups.arrive('bad bytes', 'clean bytes', 'refused bytes');
  const [bad, clean, refused] = all;
  if (bad === undefined || clean === undefined || refused === undefined) throw new Error('three');
  const outcomes = await groups.accept(bad, clean, { ...refused, fingerprint: '0'.repeat(64) });
  expect(outcomes).toEqual(['accepted', 'accepted', 'not-accepted']);
  await groups.conclude(bad, 'infected');
  await groups.conclude(clean, 'clean');
  return { bad, all };
}

/** All is well: what is kept can be read from a file of its own, and nothing else is left of the group. */
async function expectCopied(): Promise<void> {
  const kept = await groups.keptBytes();
  expect(kept.map(({ bytes }) => bytes)).toEqual(['bad bytes']);
  expect(kept.map(({ key }) => groupKeyOf(key))).toEqual([null]);
  expect(await folder.groups()).toEqual([]);
  expect((await folder.stored()).plain).toContain(kept[0]?.key);
  await new KeepObjects(ledger.database, folder.store, logger).sweepOrphans(0);
  expect((await folder.stored()).plain).toEqual([kept[0]?.key]);
  expect(await groups.rowsWithoutBytes()).toEqual([]);
}

class Killed extends Error {}
type Point =
  | 'before the copy'
  | 'after the copy'
  | 'after its key is in the rows'
  | 'after closing'
  | 'before the file is removed'
  | 'after the file is removed';

/** An instance that does nothing more from this point on. */
function killedAt(point: Point): GroupsInstance {
  const die = (): never => {
    throw new Killed(point);
  };
  const query: Database['query'] = async (sql, values) => {
    if (point === 'after the copy' && sql.includes('rekey_objects')) die();
    const answer = await ledger.database.query(sql, values);
    if (point === 'after its key is in the rows' && sql.includes('rekey_objects')) die();
    if (point === 'after closing' && sql.includes('close_groups')) die();
    return answer as never;
  };
  const database = Object.assign(Object.create(ledger.database) as Database, { query });
  const store = Object.create(folder.store) as FolderObjectStore;
  if (point === 'before the copy') store.copyOut = async () => die();
  if (point === 'before the file is removed') store.deleteGroup = async () => die();
  if (point === 'after the file is removed')
    store.deleteGroup = async (key) => {
      await folder.store.deleteGroup(key);
      die();
    };
  return new GroupsInstance({ database, store });
}

describe('a kept object that shares a file', () => {
  it('gets one of its own, and the file with what others sent is gone', async () => {
    const { bad } = await keepOne();
    expect(await results.copies.isAnyDue()).toBe(true);
    await results.copyAll();
    expect(await results.copies.isAnyDue()).toBe(false);
    // Noted by the copy: no one has to look through the store.
    results.pass();
    await results.sweepAll();
    await groups.readersAreDone();
    results.pass();
    await results.sweepAll();
    await expectCopied();
    const keys = await ledger.rows(
      `SELECT k.object_key = s.object_key AND a.object_key = s.object_key AS same FROM ledger.kept_objects k
       JOIN ledger.scans s USING (submission_id) JOIN ledger.alerts a USING (submission_id) WHERE s.submission_id = $1`,
      [bad.submissionId],
    );
    expect(keys).toEqual([{ same: true }]);
  });

  it.each<Point>([
    'before the copy',
    'after the copy',
    'after its key is in the rows',
    'after closing',
    'before the file is removed',
    'after the file is removed',
  ])('is whole when results is killed %s', async (point) => {
    await keepOne();
    await groups.tidyUp(killedAt(point)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    expect(await groups.rowsWithoutBytes()).toEqual([]);
    await groups.tidyUp(new GroupsInstance({ database: ledger.database, store: folder.store }));
    await expectCopied();
  });

  it('is whole after a copy that stood still until it was swept as an orphan', async () => {
    await keepOne();
    const store = Object.create(folder.store) as FolderObjectStore;
    store.copyOut = async (...args) => {
      const fresh = await folder.store.copyOut(...args);
      await folder.store.delete(fresh);
      return fresh;
    };
    // An hour passed: of the clock that it was begun by.
    const query: Database['query'] = async (sql, values) => {
      const answer = await ledger.database.query(
        sql.replace(
          'SELECT clock_timestamp()::text',
          `SELECT (clock_timestamp() - interval '61 minutes')::text`,
        ),
        values,
      );
      return answer as never;
    };
    const database = Object.assign(Object.create(ledger.database) as Database, { query });
    const frozen = new GroupsInstance({ database, store });
    await frozen.copies.copy();
    expect(await groups.rowsWithoutBytes()).toEqual([]);
    await groups.tidyUp(results);
    await expectCopied();
  });

  it('is not copied again and again while the ledger takes no keys', async () => {
    await keepOne();
    let isRefusing = true;
    const query: Database['query'] = async (sql, values) => {
      if (isRefusing && sql.includes('rekey_objects')) throw new Error('no room for rows');
      return ledger.database.query(sql, values) as never;
    };
    const database = Object.assign(Object.create(ledger.database) as Database, { query });
    const instance = new GroupsInstance({ database, store: folder.store });
    await expect(instance.copies.copy()).rejects.toThrow('no room for rows');
    expect(await instance.copies.isAnyDue()).toBe(false);
    instance.pass(60_000);
    expect(await instance.copies.isAnyDue()).toBe(true);
    isRefusing = false;
    await groups.tidyUp(instance);
    await expectCopied();
  });

  it('is whole when two instances copy it at once', async () => {
    await keepOne();
    const other = new GroupsInstance({ database: ledger.database, store: folder.store });
    await Promise.all([results.copies.copy(), other.copies.copy(), results.copies.ofSubmissions([])]);
    await groups.tidyUp(results);
    await expectCopied();
  });
});

describe('a kept object that cannot be read', () => {
  const said: { message: string; level: string }[] = [];
  const note = (level: string) => (_fields: unknown, message: string) => said.push({ level, message });
  const listening = { warn: note('warn'), error: note('error') } as never;
  beforeEach(() => said.splice(0));
  const withStore = (store: FolderObjectStore) =>
    new GroupsInstance({ database: ledger.database, store, logger: listening });

  /** The last object of its group, and the file ends before it. */
  async function keepUnreadable(): Promise<AcceptItem> {
    const all = await groups.arrive('clean bytes', 'bad bytes');
    const [clean, bad] = all;
    if (bad === undefined || clean === undefined) throw new Error('two');
    await groups.accept(...all);
    await groups.conclude(clean, 'clean');
    await groups.conclude(bad, 'infected');
    const group = groupKeyOf(bad.objectKey) ?? '';
    await truncate(path.join(folder.folder, 'objects', group.slice(0, 2), `${group}.group`), 12);
    return bad;
  }
  const passes = (interval: string) =>
    ledger.rows(`UPDATE ledger.kept_objects SET kept_at = kept_at - $1::interval`, [interval]);

  it('holds up no other, and is tried again', async () => {
    const bad = await keepUnreadable();
    const { bad: other } = await keepOne();
    const instance = withStore(folder.store);
    await instance.copyAll();
    const rows = await ledger.rows<{ submission_id: string; is_own: boolean }>(
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
    const instance = withStore(folder.store);
    await passes('44 minutes');
    await groups.tidyUp(instance);
    expect([await folder.groups(), said.filter(({ level }) => level === 'error')]).toEqual([
      [groupKeyOf(bad.objectKey)],
      [],
    ]);
    await passes('2 minutes');
    instance.pass(300_000);
    await groups.tidyUp(instance);
    expect(await folder.groups()).toEqual([]);
    expect(await ledger.rows('SELECT FROM ledger.kept_objects')).toEqual([]);
    expect(said.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', message: 'kept object given up: its bytes cannot be read' },
    ]);
    expect(await ledger.rows('SELECT submission_id, reason, can_retry FROM ledger.failed_job_list')).toEqual([
      { submission_id: bad.submissionId, reason: 'object-unreadable', can_retry: false },
    ]);
    expect(
      await ledger.rows('SELECT state FROM ledger.scans WHERE submission_id = $1', [bad.submissionId]),
    ).toEqual([{ state: 'detect' }]);
    // What looked whether the store works left nothing.
    expect((await folder.stored()).plain).toEqual([]);
  });

  it('has other bytes than its own, as those of a neighbour: they are copied nowhere, and given up', async () => {
    const { bad } = await keepOne();
    const group = groupKeyOf(bad.objectKey) ?? '';
    const file = path.join(folder.folder, 'objects', group.slice(0, 2), `${group}.group`);
    const bytes = await readFile(file);
    await writeFile(file, Buffer.concat([bytes.subarray(3), bytes.subarray(0, 3)]));
    const instance = withStore(folder.store);
    await instance.copyAll();
    expect((await folder.stored()).plain).toEqual([]);
    await passes('46 minutes');
    instance.pass(300_000);
    await groups.tidyUp(instance);
    expect([await folder.groups(), (await folder.stored()).plain]).toEqual([[], []]);
    expect(await ledger.rows('SELECT FROM ledger.kept_objects')).toEqual([]);
    expect(await ledger.rows('SELECT reason FROM ledger.failed_job_list')).toEqual([
      { reason: 'object-unreadable' },
    ]);
  });

  it('is not given up while nothing can be read or written at all', async () => {
    await keepUnreadable();
    await passes('3 hours');
    const store = Object.create(folder.store) as FolderObjectStore;
    store.create = () => Promise.reject(new Error('EIO'));
    const instance = withStore(store);
    await instance.copyAll();
    instance.pass(300_000);
    await groups.tidyUp(instance);
    expect(await ledger.rows('SELECT FROM ledger.kept_objects')).toHaveLength(1);
    expect(await folder.groups()).toHaveLength(1);
  });

  it('is not given up at the first failure, as after hours in which nothing ran', async () => {
    const { bad } = await keepOne();
    await passes('3 hours');
    const group = groupKeyOf(bad.objectKey) ?? '';
    const file = path.join(folder.folder, 'objects', group.slice(0, 2), `${group}.group`);
    await rename(file, `${file}.away`);
    const instance = withStore(folder.store);
    await instance.copyAll();
    instance.pass(60_000);
    await instance.copyAll();
    await rename(`${file}.away`, file);
    instance.pass(60_000);
    await groups.tidyUp(instance);
    await expectCopied();
  });

  it('but for want of room for a copy, is kept: a few bytes may still fit', async () => {
    await keepOne();
    await passes('3 hours');
    let isFull = true;
    const store = Object.create(folder.store) as FolderObjectStore;
    store.copyOut = (...args) =>
      isFull ? Promise.reject(new Error('ENOSPC')) : folder.store.copyOut(...args);
    const instance = withStore(store);
    for (let minute = 0; minute < 10; minute += 1) {
      await instance.copyAll();
      instance.pass(60_000);
    }
    isFull = false;
    await groups.tidyUp(instance);
    await expectCopied();
  });

  it('can be read meanwhile: then it is kept', async () => {
    const { bad } = await keepOne();
    await passes('3 hours');
    let isBroken = true;
    const store = Object.create(folder.store) as FolderObjectStore;
    store.copyOut = (...args) =>
      isBroken ? Promise.reject(new Error('EIO')) : folder.store.copyOut(...args);
    store.create = () => Promise.reject(new Error('EIO'));
    const instance = withStore(store);
    await instance.copyAll();
    isBroken = false;
    instance.pass(60_000);
    await instance.copyAll();
    await groups.tidyUp(instance);
    await expectCopied();
    expect(bad.sizeBytes).toBe(9);
  });
});

describe('a look for something to do, beside many kept objects', () => {
  /** Pages that its statements touched. */
  async function pagesOf(look: (database: Database) => Promise<unknown>): Promise<number> {
    let pages = 0;
    const query: Database['query'] = async (sql, values) => {
      const plan = await ledger.database.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) ${sql}`,
        values,
      );
      const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      pages += Number(/shared hit=(\d+)/.exec(text)?.[1] ?? Number.NaN);
      return (await ledger.database.query(sql, values)) as never;
    };
    await look(Object.assign(Object.create(ledger.database) as Database, { query }));
    return pages;
  }

  it.each([
    [
      'to copy',
      (database: Database) => new GroupsInstance({ database, store: folder.store }).copies.isAnyDue(),
    ],
    [
      'to encrypt',
      (database: Database) =>
        new SealObjects({ database, store: folder.store, logger, publicKeyFile: '' }).isAnyDue(),
    ],
  ])('%s is one at an index', async (_, look) => {
    await ledger.rows(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, seal_at)
       SELECT md5(n::text), 1, now(), now(), CASE WHEN n < 3 THEN now() + interval '1 hour' END
       FROM generate_series(1, 20000) n`,
    );
    expect(await pagesOf(look)).toBeLessThan(50);
  });
});

describe('before', () => {
  it('a kept object is scanned again at an operators wish it has a file of its own', async () => {
    const { bad } = await keepOne();
    const rescans = new RescanObjects(ledger.database, folder.store, () => undefined, results.copies);
    expect(await rescans.rescan(bad.submissionId, await ledger.announced(ledgerRpc.rescan))).toBe('done');
    const open = await ledger.rows<{ object_key: string }>(
      `SELECT object_key FROM ledger.scans WHERE state = 'processing'`,
    );
    expect(open.map(({ object_key }) => groupKeyOf(object_key))).toEqual([null]);
    await groups.tidyUp(results);
    expect(await folder.groups()).toEqual([]);
    expect(await groups.rowsWithoutBytes()).toEqual([]);
  });

  it('it is scanned again nothing else is done, when it cannot be copied', async () => {
    const { bad } = await keepOne();
    const store = Object.create(folder.store) as FolderObjectStore;
    store.copyOut = () => Promise.reject(new Error('EIO'));
    const copies = new GroupsInstance({ database: ledger.database, store }).copies;
    const rescans = new RescanObjects(ledger.database, store, () => undefined, copies);
    expect(await rescans.rescan(bad.submissionId, await ledger.announced(ledgerRpc.rescan))).toBe('conflict');
    expect(await ledger.rows(`SELECT FROM ledger.scans WHERE state = 'processing'`)).toEqual([]);
  });

  it('it is due in a wave it has a file of its own', async () => {
    const waves = new RescanFixture(ledger);
    await waves.turnOn('1'.repeat(32));
    await keepOne();
    const wave = await waves.advanceAtOnce();
    expect(await waves.due()).toEqual([]);
    const [kept] = await groups.keptBytes();
    expect(await waves.kept.rescan({ objectKey: kept?.key ?? '', wave: wave?.id ?? 0 } as never)).toBe(
      'conflict',
    );
    await results.copyAll();
    const [copied] = await groups.keptBytes();
    expect((await waves.due()).map(({ object_key }) => object_key)).toEqual([copied?.key]);
  });

  it('it is encrypted it has a file of its own, and the sealed form lies beside that', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'sluice-key-'));
    const publicKeyFile = path.join(home, 'public.pem');
    const pair = generateKeyPairSync('x25519');
    await writeFile(publicKeyFile, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const seals = new SealObjects({ database: ledger.database, store: folder.store, logger, publicKeyFile });
    await keepOne();
    expect(await seals.isAnyDue()).toBe(false);
    await seals.seal();
    expect((await folder.stored()).sealed).toEqual([]);
    await groups.tidyUp(results);
    expect(await seals.isAnyDue()).toBe(true);
    await seals.seal();
    const [row] = await ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.kept_objects');
    expect(await folder.stored()).toEqual({ plain: [], sealed: [row?.object_key] });
    expect(await folder.groups()).toEqual([]);
    await rm(home, { recursive: true });
  });

  it('a mail is released it has a file of its own; one that cannot be copied waits', async () => {
    const all = await groups.arrive('bad mail', 'other mail');
    const mails = all.map((item) => ({ ...item, objectType: 'email' as const, rcptTo: ['b@example.org'] }));
    await groups.accept(...mails);
    for (const mail of mails) await groups.conclude(mail, 'infected');
    const release = async (instance: GroupsInstance) =>
      new ReleaseMail(ledger.database, folder.store, logger, instance.copies).release({
        submissionIds: mails.slice(0, 1).map(({ submissionId }) => submissionId),
        operator: 'ann',
        operatorKind: 'operator',
        form: 'original',
        to: null,
        comment: null,
        changeId: await ledger.announced(ledgerRpc.releaseMail),
      } as never);
    const store = Object.create(folder.store) as FolderObjectStore;
    store.copyOut = () => Promise.reject(new Error('EIO'));
    expect(await release(new GroupsInstance({ database: ledger.database, store }))).toEqual(['conflict']);
    expect(await release(results)).toEqual(['done']);
    const released = await ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.releases');
    expect(released.map(({ object_key }) => groupKeyOf(object_key))).toEqual([null]);
    expect(await groups.rowsWithoutBytes()).toEqual([]);
  });
});
