import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem } from '@sluice/contracts';
import { until } from '@sluice/timing';
import type { ObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { ExpireRecords } from '../expire-records/expire-records.service.js';
import { announceRecorded } from '../record-verdicts/announce-recorded.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { ObjectFolder } from '../testing/object-folder.js';
import { RecordingBroker } from '../testing/recording-broker.js';
import { KeepObjects } from './keep-objects.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });

let folder: ObjectFolder;
let store: ObjectStore;
let ledger: LedgerFixture;
let broker: RecordingBroker;
let records: RecordVerdicts;
let objects: KeepObjects;
let system: System;

beforeAll(async () => {
  folder = await ObjectFolder.create();
  store = folder.store;
  ledger = await LedgerFixture.create();
});
afterAll(async () => {
  await ledger.close();
  await folder.remove();
});
beforeEach(async () => {
  await ledger.clear();
  await folder.clear();
  broker = new RecordingBroker();
  records = new RecordVerdicts(
    ledger.database,
    announceRecorded({ broker, store, logger, count: () => undefined }),
  );
  objects = new KeepObjects(ledger.database, store, logger);
  system = await ledger.addSystem();
});

const storeObject = () => folder.put('bytes');
async function accept(changes: Partial<AcceptItem> = {}): Promise<AcceptItem> {
  const item = itemOf(system, { objectKey: await storeObject(), ...changes });
  await new AcceptScans(ledger.database).accept([item]);
  return item;
}
const conclude = (item: AcceptItem, outcome: 'clean' | 'infected' | 'error') =>
  records.record(prepareVerdict(verdictOf(item, outcome)));
const stored = async () => (await folder.stored()).plain;
const timePasses = (interval: string) =>
  ledger.database.query(
    `UPDATE ledger.kept_objects SET kept_until = kept_until - $1::interval, kept_at = kept_at - $1::interval`,
    [interval],
  );

describe('an object', () => {
  it('is deleted with a clean verdict and kept with any other, and held requests are told', async () => {
    const [clean, bad, unread] = [await accept(), await accept(), await accept()];
    await conclude(clean, 'clean');
    await conclude(bad, 'infected');
    await conclude(unread, 'error');
    await until(async () => (await stored()).length === 2);
    expect(await stored()).toEqual([bad.objectKey, unread.objectKey].sort());
    expect(broker.take()[0]).toMatchObject({
      exchange: 'sluice.finished',
      mandatory: false,
      message: { v: 1, registrationIds: [system.registrationId] },
    });
  });

  it('goes when its retention is over', async () => {
    const item = await accept();
    await conclude(item, 'infected');
    await objects.expire();
    expect(await stored()).toEqual([item.objectKey]);
    await timePasses('31 days');
    await objects.expire();
    expect(await stored()).toEqual([]);
    expect(await ledger.rows('SELECT has_object FROM ledger.alert_list')).toEqual([{ has_object: false }]);
  });

  it('goes oldest first when quarantineMaxBytes is exceeded', async () => {
    await ledger.set('quarantineMaxBytes', 2500);
    const items = [await accept(), await accept(), await accept()];
    for (const item of items) await conclude(item, 'infected');
    await objects.expire();
    expect(await stored()).toEqual([items[1]?.objectKey, items[2]?.objectKey].sort());
  });

  it('stays while it is scanned again, whatever its retention says', async () => {
    const item = await accept();
    await conclude(item, 'infected');
    await new RescanObjects(ledger.database, store, () => undefined, noSharedFiles).rescan(
      item.submissionId,
      await ledger.announced(ledgerRpc.rescan),
    );
    await timePasses('31 days');
    await objects.expire();
    expect(await stored()).toEqual([item.objectKey]);
  });
});

describe('the orphan sweep', () => {
  it('removes what no one owns and nothing else', async () => {
    const [unfinished, kept] = [await accept(), await accept()];
    await conclude(kept, 'infected');
    const orphan = await storeObject();
    expect(await objects.sweepOrphans()).toBe(0);
    expect(await stored()).toContain(orphan);
    expect(await objects.sweepOrphans(0)).toBe(1);
    expect(await stored()).toEqual([unfinished.objectKey, kept.objectKey].sort());
  });
});

describe('passwords beside an object', () => {
  const passwordsMark = 'a'.repeat(32);
  const acceptWithPasswords = async (): Promise<AcceptItem> => {
    const item = await accept({ passwordsMark });
    await store.writeSidecar(item.objectKey, Buffer.from('sealed'));
    return item;
  };
  const beside = async (): Promise<string[]> => {
    const keys = [];
    for await (const { key } of store.listSidecars()) keys.push(key);
    return keys.sort();
  };

  it.each(['clean', 'infected', 'error'] as const)(
    'go when the scan ends %s, whatever is kept',
    async (outcome) => {
      const [item, other] = [await acceptWithPasswords(), await acceptWithPasswords()];
      await conclude(item, outcome);
      await until(async () => (await beside()).length === 1);
      expect(await beside()).toEqual([other.objectKey]);
      await store.deleteSidecar(other.objectKey);
    },
  );

  it('stay for the next attempt', async () => {
    const item = await acceptWithPasswords();
    await records.record(prepareVerdict(verdictOf(item, 'failed-attempt')));
    expect(await beside()).toEqual([item.objectKey]);
    await store.deleteSidecar(item.objectKey);
  });

  it('are swept when no unfinished scan needs them, also of an object that is kept or scanned again', async () => {
    const [open, kept] = [await acceptWithPasswords(), await acceptWithPasswords()];
    await conclude(kept, 'infected');
    await until(async () => (await beside()).length === 1);
    await new RescanObjects(ledger.database, store, () => undefined, noSharedFiles).rescan(
      kept.submissionId,
      await ledger.announced(ledgerRpc.rescan),
    );
    await store.writeSidecar(kept.objectKey, Buffer.from('left over'));
    await store.writeSidecar('f'.repeat(32), Buffer.from('of no object'));
    expect(await objects.sweepOrphans()).toBe(0);
    expect(await objects.sweepOrphans(0)).toBe(2);
    expect(await beside()).toEqual([open.objectKey]);
    await store.deleteSidecar(open.objectKey);
  });
});

describe('retention', () => {
  const scans = () => ledger.rows('SELECT submission_id FROM ledger.scan_list');

  it('removes finished scans after resultRetentionDays and leaves alerts and unfinished scans', async () => {
    const [old, young, open] = [await accept(), await accept(), await accept()];
    await conclude(old, 'infected');
    await conclude(young, 'infected');
    await ledger.age(old.submissionId, '8 days');
    await ledger.age(open.submissionId, '8 days');
    expect(await new ExpireRecords(ledger.database).expire()).toBe(false);
    expect((await scans()).map((row) => row['submission_id']).sort()).toEqual(
      [young.submissionId, open.submissionId].sort(),
    );
    expect(await ledger.rows('SELECT id FROM ledger.alert_list')).toHaveLength(2);
    await ledger.database.query(`UPDATE ledger.alerts SET created_at = created_at - interval '366 days'`);
    await new ExpireRecords(ledger.database).expire();
    expect(await ledger.rows('SELECT id FROM ledger.alert_list')).toEqual([]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('keeps every member of a group until all are done', async () => {
    const first = await accept();
    const second = await accept({
      ...first,
      submissionId: itemOf(system).submissionId,
      sha256: 'f'.repeat(64),
    });
    await conclude(first, 'infected');
    await ledger.age(first.submissionId, '8 days');
    await new ExpireRecords(ledger.database).expire();
    expect(await scans()).toHaveLength(2);
    await conclude(second, 'clean');
    expect(await ledger.rows('SELECT shown_state FROM ledger.scans WHERE is_shown')).toEqual([
      { shown_state: 'detect' },
    ]);
  });
});
