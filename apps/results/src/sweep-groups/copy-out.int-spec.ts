import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupKeyOf, ledgerRpc } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import type { FolderObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { SealObjects } from '../keep-objects/seal-objects.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { GroupsInstance } from '../testing/group-fixture.js';
import { useGroups } from '../testing/use-groups.js';
import { RescanFixture } from '../testing/rescan-fixture.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const on = useGroups();

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
    const answer = await on.ledger.database.query(sql, values);
    if (point === 'after its key is in the rows' && sql.includes('rekey_objects')) die();
    if (point === 'after closing' && sql.includes('close_groups')) die();
    return answer as never;
  };
  const database = Object.assign(Object.create(on.ledger.database) as Database, { query });
  const store = Object.create(on.folder.store) as FolderObjectStore;
  if (point === 'before the copy') store.copyOut = async () => die();
  if (point === 'before the file is removed') store.deleteGroup = async () => die();
  if (point === 'after the file is removed')
    store.deleteGroup = async (key) => {
      await on.folder.store.deleteGroup(key);
      die();
    };
  return new GroupsInstance({ database, store });
}

describe('a kept object that shares a file', () => {
  it('gets one of its own, and the file with what others sent is gone', async () => {
    const { bad } = await on.groups.keepOne();
    expect(await on.results.copies.isAnyDue()).toBe(true);
    await on.results.copyAll();
    expect(await on.results.copies.isAnyDue()).toBe(false);
    // Noted by the copy: no one has to look through the store.
    on.results.pass();
    await on.results.sweepAll();
    await on.groups.readersAreDone();
    on.results.pass();
    await on.results.sweepAll();
    await on.groups.expectCopied();
    const keys = await on.ledger.rows(
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
    await on.groups.keepOne();
    await on.groups.tidyUp(killedAt(point)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    expect(await on.groups.rowsWithoutBytes()).toEqual([]);
    await on.groups.tidyUp(new GroupsInstance({ database: on.ledger.database, store: on.folder.store }));
    await on.groups.expectCopied();
  });

  it('is whole after a copy that stood still until it was swept as an orphan', async () => {
    await on.groups.keepOne();
    const store = Object.create(on.folder.store) as FolderObjectStore;
    store.copyOut = async (...args) => {
      const fresh = await on.folder.store.copyOut(...args);
      await on.folder.store.delete(fresh);
      return fresh;
    };
    // An hour passed: of the clock that it was begun by.
    const query: Database['query'] = async (sql, values) => {
      const answer = await on.ledger.database.query(
        sql.replace(
          'SELECT clock_timestamp()::text',
          `SELECT (clock_timestamp() - interval '61 minutes')::text`,
        ),
        values,
      );
      return answer as never;
    };
    const database = Object.assign(Object.create(on.ledger.database) as Database, { query });
    const frozen = new GroupsInstance({ database, store });
    await frozen.copies.copy();
    expect(await on.groups.rowsWithoutBytes()).toEqual([]);
    await on.groups.tidyUp(on.results);
    await on.groups.expectCopied();
  });

  it('is not copied again and again while the ledger takes no keys', async () => {
    await on.groups.keepOne();
    let isRefusing = true;
    const query: Database['query'] = async (sql, values) => {
      if (isRefusing && sql.includes('rekey_objects')) throw new Error('no room for rows');
      return on.ledger.database.query(sql, values) as never;
    };
    const database = Object.assign(Object.create(on.ledger.database) as Database, { query });
    const instance = new GroupsInstance({ database, store: on.folder.store });
    await expect(instance.copies.copy()).rejects.toThrow('no room for rows');
    expect(await instance.copies.isAnyDue()).toBe(false);
    instance.pass(60_000);
    expect(await instance.copies.isAnyDue()).toBe(true);
    isRefusing = false;
    await on.groups.tidyUp(instance);
    await on.groups.expectCopied();
  });

  it('is whole when two instances copy it at once', async () => {
    await on.groups.keepOne();
    const other = new GroupsInstance({ database: on.ledger.database, store: on.folder.store });
    await Promise.all([on.results.copies.copy(), other.copies.copy(), on.results.copies.ofSubmissions([])]);
    await on.groups.tidyUp(on.results);
    await on.groups.expectCopied();
  });
});

describe('a look for something to do, beside many kept objects', () => {
  /** Pages that its statements touched. */
  async function pagesOf(look: (database: Database) => Promise<unknown>): Promise<number> {
    let pages = 0;
    const query: Database['query'] = async (sql, values) => {
      const plan = await on.ledger.database.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) ${sql}`,
        values,
      );
      const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      pages += Number(/shared hit=(\d+)/.exec(text)?.[1] ?? Number.NaN);
      return (await on.ledger.database.query(sql, values)) as never;
    };
    await look(Object.assign(Object.create(on.ledger.database) as Database, { query }));
    return pages;
  }

  it.each([
    [
      'to copy',
      (database: Database) => new GroupsInstance({ database, store: on.folder.store }).copies.isAnyDue(),
    ],
    [
      'to encrypt',
      (database: Database) =>
        new SealObjects({ database, store: on.folder.store, logger, publicKeyFile: '' }).isAnyDue(),
    ],
  ])('%s is one at an index', async (_, look) => {
    await on.ledger.rows(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, seal_at)
       SELECT md5(n::text), 1, now(), now(), CASE WHEN n < 3 THEN now() + interval '1 hour' END
       FROM generate_series(1, 20000) n`,
    );
    expect(await pagesOf(look)).toBeLessThan(50);
  });
});

describe('before', () => {
  it('a kept object is scanned again at an operators wish it has a file of its own', async () => {
    const { bad } = await on.groups.keepOne();
    const rescans = new RescanObjects(
      on.ledger.database,
      on.folder.store,
      () => undefined,
      on.results.copies,
    );
    expect(await rescans.rescan(bad.submissionId, await on.ledger.announced(ledgerRpc.rescan))).toBe('done');
    const open = await on.ledger.rows<{ object_key: string }>(
      `SELECT object_key FROM ledger.scans WHERE state = 'processing'`,
    );
    expect(open.map(({ object_key }) => groupKeyOf(object_key))).toEqual([null]);
    await on.groups.tidyUp(on.results);
    expect(await on.folder.groups()).toEqual([]);
    expect(await on.groups.rowsWithoutBytes()).toEqual([]);
  });

  it('it is scanned again nothing else is done, when it cannot be copied', async () => {
    const { bad } = await on.groups.keepOne();
    const store = Object.create(on.folder.store) as FolderObjectStore;
    store.copyOut = () => Promise.reject(new Error('EIO'));
    const copies = new GroupsInstance({ database: on.ledger.database, store }).copies;
    const rescans = new RescanObjects(on.ledger.database, store, () => undefined, copies);
    expect(await rescans.rescan(bad.submissionId, await on.ledger.announced(ledgerRpc.rescan))).toBe(
      'conflict',
    );
    expect(await on.ledger.rows(`SELECT FROM ledger.scans WHERE state = 'processing'`)).toEqual([]);
  });

  it('it is due in a wave it has a file of its own', async () => {
    const waves = new RescanFixture(on.ledger);
    await waves.turnOn('1'.repeat(32));
    await on.groups.keepOne();
    const wave = await waves.advanceAtOnce();
    expect(await waves.due()).toEqual([]);
    const [kept] = await on.groups.keptBytes();
    expect(await waves.kept.rescan({ objectKey: kept?.key ?? '', wave: wave?.id ?? 0 } as never)).toBe(
      'conflict',
    );
    await on.results.copyAll();
    const [copied] = await on.groups.keptBytes();
    expect((await waves.due()).map(({ object_key }) => object_key)).toEqual([copied?.key]);
  });

  it('it is encrypted it has a file of its own, and the sealed form lies beside that', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'sluice-key-'));
    const publicKeyFile = path.join(home, 'public.pem');
    const pair = generateKeyPairSync('x25519');
    await writeFile(publicKeyFile, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const seals = new SealObjects({
      database: on.ledger.database,
      store: on.folder.store,
      logger,
      publicKeyFile,
    });
    await on.groups.keepOne();
    expect(await seals.isAnyDue()).toBe(false);
    await seals.seal();
    expect((await on.folder.stored()).sealed).toEqual([]);
    await on.groups.tidyUp(on.results);
    expect(await seals.isAnyDue()).toBe(true);
    await seals.seal();
    const [row] = await on.ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.kept_objects');
    expect(await on.folder.stored()).toEqual({ plain: [], sealed: [row?.object_key] });
    expect(await on.folder.groups()).toEqual([]);
    await rm(home, { recursive: true });
  });

  it('a mail is released it has a file of its own; one that cannot be copied waits', async () => {
    const all = await on.groups.arrive('bad mail', 'other mail');
    const mails = all.map((item) => ({ ...item, objectType: 'email' as const, rcptTo: ['b@example.org'] }));
    await on.groups.accept(...mails);
    for (const mail of mails) await on.groups.conclude(mail, 'infected');
    const release = async (instance: GroupsInstance) =>
      new ReleaseMail(on.ledger.database, on.folder.store, logger, instance.copies).release({
        submissionIds: mails.slice(0, 1).map(({ submissionId }) => submissionId),
        operator: 'ann',
        operatorKind: 'operator',
        form: 'original',
        to: null,
        comment: null,
        changeId: await on.ledger.announced(ledgerRpc.releaseMail),
      } as never);
    const store = Object.create(on.folder.store) as FolderObjectStore;
    store.copyOut = () => Promise.reject(new Error('EIO'));
    expect(await release(new GroupsInstance({ database: on.ledger.database, store }))).toEqual(['conflict']);
    expect(await release(on.results)).toEqual(['done']);
    const released = await on.ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.releases');
    expect(released.map(({ object_key }) => groupKeyOf(object_key))).toEqual([null]);
    expect(await on.groups.rowsWithoutBytes()).toEqual([]);
  });
});
