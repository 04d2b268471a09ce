import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem } from '@sluice/contracts';
import {
  addQuarantineKey,
  keptDataKey,
  QuarantineKeys,
  readKept,
  type ObjectStore,
} from '@sluice/object-store';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { ObjectFolder } from '../testing/object-folder.js';
import { KeepObjects } from './keep-objects.service.js';
import { SealObjects } from './seal-objects.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const content = 'what was found in the mail';
const warned: string[] = [];
const logger = { warn: (_: object, text: string) => warned.push(text), info: () => undefined } as never;

let objects: ObjectFolder;
let store: ObjectStore;
let keys: QuarantineKeys;
let keyId: string;
let ledger: LedgerFixture;
let records: RecordVerdicts;
let seals: SealObjects;
let rescans: RescanObjects;
let system: System;
let due = 0;

const publicKeyFile = () => path.join(objects.folder, 'public');
beforeAll(async () => {
  objects = await ObjectFolder.create();
  store = objects.store;
  const made = addQuarantineKey();
  keyId = made.keyId;
  await writeFile(path.join(objects.folder, 'keys'), made.privatePems);
  await writeFile(publicKeyFile(), made.publicPem);
  keys = await QuarantineKeys.read(path.join(objects.folder, 'keys'));
  ledger = await LedgerFixture.create();
  records = new RecordVerdicts(ledger.database, () => undefined);
  rescans = new RescanObjects(ledger.database, store, () => (due += 1), noSharedFiles);
});
afterAll(async () => {
  await ledger.close();
  await objects.remove();
});
beforeEach(async () => {
  await ledger.clear();
  await objects.clear();
  seals = sealing();
  system = await ledger.addSystem();
  warned.length = 0;
});

const sealing = (changes: Partial<ConstructorParameters<typeof SealObjects>[0]> = {}) =>
  new SealObjects({ database: ledger.database, store, logger, publicKeyFile: publicKeyFile(), ...changes });

async function kept(outcome: 'infected' | 'error' = 'infected'): Promise<AcceptItem> {
  const item = itemOf(system, { objectKey: await objects.put(content) });
  await new AcceptScans(ledger.database).accept([item]);
  await records.record(prepareVerdict(verdictOf(item, outcome)));
  return item;
}
const stored = () => objects.stored();
const row = async ({ objectKey }: AcceptItem) => {
  const [found] = await ledger.rows<{ sealed_with: string | null; seal_at: Date | null }>(
    `SELECT sealed_with, seal_at FROM ledger.kept_objects WHERE object_key = '${objectKey}'`,
  );
  return found;
};
const isDueNow = () => ledger.database.query('UPDATE ledger.kept_objects SET seal_at = clock_timestamp()');
const again = async ({ submissionId }: AcceptItem, dataKey?: string) =>
  rescans.rescan(submissionId, await ledger.announced(ledgerRpc.rescan), dataKey);
const dataKeyOf = async ({ objectKey }: AcceptItem) =>
  (await keptDataKey(store, objectKey, keys))?.toString('base64url');
const textOf = async (key: string) => (await buffer(await readKept(store, key, keys))).toString();

describe('what is kept', () => {
  it('is encrypted after its verdict, and its plain form is gone', async () => {
    const items = [await kept('infected'), await kept('error')];
    expect(await seals.isAnyDue()).toBe(true);
    await seals.seal();
    const objectKeys = items.map(({ objectKey }) => objectKey).sort();
    expect(await stored()).toEqual({ plain: [], sealed: objectKeys });
    expect(await row(items[0]!)).toEqual({ sealed_with: keyId, seal_at: null });
    expect(await textOf(items[1]!.objectKey)).toBe(content);
    expect(await seals.isAnyDue()).toBe(false);
  });

  it('stays plain while any scan needs it, and only that one', async () => {
    const [busy, free] = [await kept(), await kept()];
    await again(busy);
    await seals.seal();
    expect((await stored()).plain).toEqual([busy.objectKey]);
    expect((await row(busy))?.seal_at?.getTime()).toBeGreaterThan(Date.now());
    expect((await row(free))?.seal_at).toBeNull();
  });

  it('that cannot be encrypted now stays as it is, is tried again later, and holds up no other', async () => {
    const [bad, good] = [await kept(), await kept()];
    const broken = sealing({
      store: {
        read: (key) => store.read(key),
        delete: (key) => store.delete(key),
        deleteSealed: (key) => store.deleteSealed(key),
        createSealed: (key) =>
          key === bad.objectKey ? Promise.reject(new Error('no space')) : store.createSealed(key),
      },
    });
    await broken.seal();
    expect(await stored()).toEqual({ plain: [bad.objectKey], sealed: [good.objectKey] });
    expect(warned).toHaveLength(1);
    expect(await seals.isAnyDue()).toBe(false);
    await isDueNow();
    await seals.seal();
    expect((await stored()).plain).toEqual([]);
  });

  it.each([
    ['the sealed form was written', { note: true }],
    ['its row said so', { remove: true }],
    ['the plain form was removed', { forget: true }],
  ])('survives a crash after %s', async (_what, { note, remove, forget }: Record<string, boolean>) => {
    const item = await kept();
    const fails = () => Promise.reject(new Error('killed'));
    const { database } = ledger;
    const query: typeof database.query = (text, ...more) =>
      note === true && text.includes('SET sealed_with') ? fails() : database.query(text, ...more);
    const transaction: typeof database.transaction = (work) =>
      database.transaction((inner) =>
        work((text, ...more) =>
          forget === true && text.includes('CASE WHEN') ? fails() : inner(text, ...more),
        ),
      );
    const killed = sealing({
      database: { query, transaction } as never,
      ...(remove === true ? { store: { ...bound(), delete: fails } } : {}),
    });
    await expect(killed.seal()).rejects.toThrow('killed');
    expect(await textOf(item.objectKey)).toBe(content);
    const before = await row(item);
    if (note === true) expect(before?.sealed_with).toBeNull();
    if (note === true || remove === true) expect((await stored()).plain).toEqual([item.objectKey]);
    await seals.seal();
    expect(await stored()).toEqual({ plain: [], sealed: [item.objectKey] });
    expect(await row(item)).toEqual({ sealed_with: keyId, seal_at: null });
    expect(await textOf(item.objectKey)).toBe(content);
  });
  const bound = () => ({
    read: (key: string) => store.read(key),
    createSealed: (key: string) => store.createSealed(key),
    delete: (key: string) => store.delete(key),
    deleteSealed: (key: string) => store.deleteSealed(key),
  });

  it('goes in both forms when it is deleted, when its time is over, and when no row owns it', async () => {
    const [deleted, old] = [await kept(), await kept()];
    await seals.seal();
    const changeId = await ledger.announced(ledgerRpc.deleteKept);
    const request = { submissionIds: [deleted.submissionId], operator: 'ann', changeId };
    expect(await new ReleaseMail(ledger.database, store, logger, noSharedFiles).delete(request)).toEqual([
      'done',
    ]);
    expect((await stored()).sealed).toEqual([old.objectKey]);
    const objects = new KeepObjects(ledger.database, store, logger);
    await ledger.database.query(`UPDATE ledger.kept_objects SET kept_until = now() - interval '1 s'`);
    await objects.expire();
    expect(await stored()).toEqual({ plain: [], sealed: [] });
    const [orphan, owned] = [await store.createSealed('f'.repeat(32)), await kept()];
    await orphan.commit();
    await seals.seal();
    expect(await objects.sweepOrphans()).toBe(0);
    expect(await objects.sweepOrphans(0)).toBe(1);
    expect((await stored()).sealed).toEqual([owned.objectKey]);
  });

  it('deleted while it is encrypted leaves nothing', async () => {
    const item = await kept();
    const racing = sealing({
      store: {
        ...bound(),
        createSealed: async (key) => {
          await ledger.database.query('DELETE FROM ledger.kept_objects');
          await store.delete(key);
          return store.createSealed(key);
        },
      },
    });
    await racing.seal();
    expect((await stored()).sealed).not.toContain(item.objectKey);
  });
});

describe('a sealed object', () => {
  it('is scanned again with its own key, from its plain form, which goes with the scan’s end', async () => {
    const item = await kept();
    await seals.seal();
    expect(await again(item)).toBe('sealed');
    due = 0;
    expect(await again(item, await dataKeyOf(item))).toBe('done');
    expect(due).toBe(1);
    await isDueNow();
    await seals.seal();
    expect((await buffer(await store.read(item.objectKey))).toString()).toBe(content);
    await ledger.database
      .query(`UPDATE ledger.scans SET state = 'detect', finished_at = now(), shown_state = 'detect'
      WHERE state = 'processing'`);
    await isDueNow();
    await seals.seal();
    expect(await stored()).toEqual({ plain: [], sealed: [item.objectKey] });
  });

  it('is not scanned again when it was altered, or with another object’s key', async () => {
    const [item, other] = [await kept(), await kept()];
    await seals.seal();
    const rescan = async (dataKey: string | undefined) => again(item, dataKey);
    expect(await rescan(await dataKeyOf(other))).toBe('object-altered');
    const file = path.join(objects.folder, 'objects', item.objectKey.slice(0, 2), `${item.objectKey}.sealed`);
    const dataKey = await dataKeyOf(item);
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length - 1));
    expect(await rescan(dataKey)).toBe('object-altered');
    expect((await stored()).plain).toEqual([]);
    await store.deleteSealed(item.objectKey);
    expect(await rescan(dataKey)).toBe('object-gone');
    expect(await ledger.rows(`SELECT FROM ledger.scans WHERE state = 'processing'`)).toEqual([]);
  });

  it('of a failed job goes back into the queue as well', async () => {
    const item = await kept('error');
    await ledger.database.query(
      `INSERT INTO ledger.failed_jobs (kind, submission_id, reason, failed_at) VALUES ('scan', $1, 'too-many-attempts', now())`,
      [item.submissionId],
    );
    const [job] = await ledger.rows<{ id: number }>('SELECT id FROM ledger.failed_jobs');
    const retry = async (dataKey?: string) =>
      rescans.retryFailedJob(job!.id, await ledger.announced(ledgerRpc.retryFailedJob), dataKey);
    await seals.seal();
    expect(await retry()).toBe('sealed');
    expect(await retry(await dataKeyOf(item))).toBe('done');
    expect((await stored()).plain).toEqual([item.objectKey]);
    expect(await ledger.rows('SELECT id FROM ledger.failed_jobs')).toEqual([]);
  });

  it('that is put back for a scan that does not begin is plain no longer than that', async () => {
    const item = await kept();
    await seals.seal();
    await again(item, await dataKeyOf(item));
    expect(await again(item, await dataKeyOf(item))).toBe('conflict');
    expect((await row(item))?.seal_at?.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
  });
});
