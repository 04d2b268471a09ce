import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ledgerRpc } from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { ExpireRecords } from '../expire-records/expire-records.service.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { announceRecorded } from '../record-verdicts/announce-recorded.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { GroupFixture, GroupsInstance } from '../testing/group-fixture.js';
import { LedgerFixture, verdictOf } from '../testing/ledger-fixture.js';
import { ObjectFolder } from '../testing/object-folder.js';
import { RecordingBroker } from '../testing/recording-broker.js';

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

const recording = () =>
  new RecordVerdicts(
    ledger.database,
    announceRecorded({
      broker: new RecordingBroker(),
      store: folder.store,
      logger,
      count: () => undefined,
      onFreed: results.sweep.note,
    }),
  );

describe('a group file', () => {
  it('goes some seconds after the last verdict, and not while a request for it may be on its way', async () => {
    const items = await groups.arrive('a', 'b');
    await groups.accept(...items);
    const records = recording();
    for (const item of items) await records.record(prepareVerdict(verdictOf(item, 'clean')));
    results.pass(9000);
    expect(await results.sweep.isAnyDue()).toBe(false);
    results.pass(1000);
    await results.sweepAll();
    expect(await ledger.rows('SELECT FROM ledger.group_files')).toHaveLength(1);
    // Who knows a place in it has some seconds more.
    results.pass();
    await results.sweepAll();
    expect(await folder.groups()).toHaveLength(1);
    await groups.readersAreDone();
    results.pass();
    await results.sweepAll();
    expect(await folder.groups()).toEqual([]);
    expect(await results.sweep.isAnyDue()).toBe(false);
  });

  it('stays while one of its scans is unfinished, and goes by the verdict of that one', async () => {
    const [first, last] = await groups.arrive('a', 'b');
    if (first === undefined || last === undefined) throw new Error('two');
    await groups.accept(first, last);
    const records = recording();
    await records.record(prepareVerdict(verdictOf(first, 'clean')));
    results.pass();
    await results.sweepAll();
    expect(await results.sweep.isAnyDue()).toBe(false);
    await records.record(prepareVerdict(verdictOf(last, 'clean')));
    results.pass();
    await results.sweepAll();
    await groups.readersAreDone();
    results.pass();
    await results.sweepAll();
    expect(await folder.groups()).toEqual([]);
  });

  it('of a gateway that died, and of objects that were refused, goes as well', async () => {
    await groups.arrive('a', 'b');
    const refused = await groups.arrive('c', 'd');
    const accepts = new AcceptScans(
      ledger.database,
      () => undefined,
      () => undefined,
      results.sweep.note,
    );
    const outcomes = await accepts.accept(refused.map((item) => ({ ...item, fingerprint: '0'.repeat(64) })));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['not-accepted', 'not-accepted']);
    results.pass();
    expect(await results.sweep.isAnyDue()).toBe(true);
    await groups.tidyUp(results);
    expect(await folder.groups()).toEqual([]);
    expect(await groups.accept(...refused)).toEqual(['group-closed', 'group-closed']);
  });

  it('of no scan stays for half an hour: the ledger may be the wrong one', async () => {
    const items = await groups.arrive('a', 'b');
    await groups.accept(...items);
    await ledger.rows('DELETE FROM ledger.scans');
    const just = async () => {
      await results.sweep.remember();
      await results.sweep.find();
      results.pass();
      return results.sweep.isAnyDue();
    };
    expect(await just()).toBe(false);
    const [group = ''] = await folder.groups();
    const file = path.join(folder.folder, 'objects', group.slice(0, 2), `${group}.group`);
    const past = new Date(Date.now() - 31 * 60_000);
    await utimes(file, past, past);
    expect(await just()).toBe(true);
  });

  it('whose scans ended is remembered by them, when the instance that noted it is no more', async () => {
    const items = await groups.arrive('a', 'b');
    await groups.accept(...items);
    for (const item of items) await groups.conclude(item, 'clean');
    await results.sweep.remember();
    results.pass();
    await results.sweepAll();
    expect(await ledger.rows('SELECT group_key FROM ledger.group_files')).toEqual(
      (await folder.groups()).map((group_key) => ({ group_key })),
    );
  });

  it('that cannot be removed is removed later, by what stands closed', async () => {
    await groups.arrive('a', 'b');
    let isAway = true;
    const store = Object.create(folder.store) as typeof folder.store;
    store.deleteGroup = (key) => (isAway ? Promise.reject(new Error('EIO')) : folder.store.deleteGroup(key));
    const troubled = new GroupsInstance({ database: ledger.database, store });
    await groups.tidyUp(troubled);
    expect(await folder.groups()).toHaveLength(1);
    isAway = false;
    troubled.pass();
    await troubled.sweepAll();
    expect(await folder.groups()).toEqual([]);
  });

  it('that was noted while the ledger was away is looked at again', async () => {
    await groups.arrive('a', 'b');
    const query = vi.fn(ledger.database.query).mockRejectedValueOnce(new Error('away'));
    const database = Object.assign(Object.create(ledger.database) as typeof ledger.database, { query });
    const troubled = new GroupsInstance({ database, store: folder.store });
    await troubled.sweep.find(0);
    troubled.pass();
    await expect(troubled.sweep.sweep()).rejects.toThrow('away');
    troubled.pass();
    await troubled.sweepAll();
    expect(await ledger.rows('SELECT FROM ledger.group_files')).toHaveLength(1);
  });

  it('that is noted while it is being looked at is looked at again', async () => {
    const [item] = await groups.arrive('a', 'b');
    if (item === undefined) throw new Error('one');
    await groups.accept(item);
    results.sweep.note(item.objectKey);
    results.pass();
    const sweeping = results.sweep.sweep();
    // The verdict that comes meanwhile: its note must not be lost with the answer of before.
    results.sweep.note(item.objectKey);
    await sweeping;
    results.pass();
    expect(await results.sweep.isAnyDue()).toBe(true);
  });

  it('is not remembered as closed for longer than a day', async () => {
    await groups.arrive('a', 'b');
    await groups.tidyUp(results);
    await new ExpireRecords(ledger.database).expire();
    expect(await ledger.rows('SELECT FROM ledger.group_files')).toHaveLength(1);
    await ledger.rows(`UPDATE ledger.group_files SET closed_at = closed_at - interval '1 day'`);
    await new ExpireRecords(ledger.database).expire();
    expect(await ledger.rows('SELECT FROM ledger.group_files')).toEqual([]);
  });
});

describe('of objects that share a file', () => {
  it('the orphan sweep removes none, whatever their age', async () => {
    await groups.accept(...(await groups.arrive('a', 'b')));
    await groups.arrive('c', 'd');
    expect(await new KeepObjects(ledger.database, folder.store, logger).sweepOrphans(0)).toBe(0);
    expect(await folder.groups()).toHaveLength(2);
    expect(await groups.rowsWithoutBytes()).toEqual([]);
  });

  it.each([
    ['evicted', () => new KeepObjects(ledger.database, folder.store, logger, results.sweep.note).expire()],
    [
      'deleted by an operator',
      async () => {
        const ids = await ledger.rows<{ id: string }>('SELECT submission_id AS id FROM ledger.kept_objects');
        await new ReleaseMail(ledger.database, folder.store, logger, results.copies).delete({
          submissionIds: ids.map(({ id }) => id),
          operator: 'ann',
          operatorKind: 'operator',
          comment: null,
          changeId: await ledger.announced(ledgerRpc.deleteKept),
        } as never);
      },
    ],
  ])('one that is kept and then %s goes with its group', async (_, letGo) => {
    const [bad, other] = await groups.arrive('a', 'b');
    if (bad === undefined || other === undefined) throw new Error('two');
    await groups.accept(bad, other);
    await groups.conclude(bad, 'infected');
    await ledger.rows(`UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 s'`);
    await letGo();
    expect(await ledger.rows('SELECT FROM ledger.kept_objects')).toEqual([]);
    expect(await groups.rowsWithoutBytes()).toEqual([]);
    results.pass();
    expect(await results.sweep.isAnyDue()).toBe(true);
    await groups.conclude(other, 'clean');
    await results.sweepAll();
    await groups.readersAreDone();
    results.pass();
    await results.sweepAll();
    expect(await folder.groups()).toEqual([]);
  });
});
