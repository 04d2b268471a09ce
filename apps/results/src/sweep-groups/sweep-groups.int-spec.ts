import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ledgerRpc } from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { ExpireRecords } from '../expire-records/expire-records.service.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { announceRecorded } from '../record-verdicts/announce-recorded.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { GroupsInstance } from '../testing/group-fixture.js';
import { verdictOf } from '../testing/ledger-fixture.js';
import { useGroups } from '../testing/use-groups.js';
import { RecordingBroker } from '../testing/recording-broker.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const on = useGroups();

const recording = () =>
  new RecordVerdicts(
    on.ledger.database,
    announceRecorded({
      broker: new RecordingBroker(),
      store: on.folder.store,
      logger,
      count: () => undefined,
      onFreed: on.results.sweep.note,
    }),
  );

describe('a group file', () => {
  it('goes some seconds after the last verdict, and not while a request for it may be on its way', async () => {
    const items = await on.groups.arrive('a', 'b');
    await on.groups.accept(...items);
    const records = recording();
    for (const item of items) await records.record(prepareVerdict(verdictOf(item, 'clean')));
    on.results.pass(9000);
    expect(await on.results.sweep.isAnyDue()).toBe(false);
    on.results.pass(1000);
    await on.results.sweepAll();
    expect(await on.ledger.rows('SELECT FROM ledger.group_files')).toHaveLength(1);
    // Who knows a place in it has some seconds more.
    on.results.pass();
    await on.results.sweepAll();
    expect(await on.folder.groups()).toHaveLength(1);
    await on.groups.readersAreDone();
    on.results.pass();
    await on.results.sweepAll();
    expect(await on.folder.groups()).toEqual([]);
    expect(await on.results.sweep.isAnyDue()).toBe(false);
  });

  it('stays while one of its scans is unfinished, and goes by the verdict of that one', async () => {
    const [first, last] = await on.groups.arrive('a', 'b');
    if (first === undefined || last === undefined) throw new Error('two');
    await on.groups.accept(first, last);
    const records = recording();
    await records.record(prepareVerdict(verdictOf(first, 'clean')));
    on.results.pass();
    await on.results.sweepAll();
    expect(await on.results.sweep.isAnyDue()).toBe(false);
    await records.record(prepareVerdict(verdictOf(last, 'clean')));
    on.results.pass();
    await on.results.sweepAll();
    await on.groups.readersAreDone();
    on.results.pass();
    await on.results.sweepAll();
    expect(await on.folder.groups()).toEqual([]);
  });

  it('of a gateway that died, and of objects that were refused, goes as well', async () => {
    await on.groups.arrive('a', 'b');
    const refused = await on.groups.arrive('c', 'd');
    const accepts = new AcceptScans(
      on.ledger.database,
      () => undefined,
      () => undefined,
      on.results.sweep.note,
    );
    const outcomes = await accepts.accept(refused.map((item) => ({ ...item, fingerprint: '0'.repeat(64) })));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['not-accepted', 'not-accepted']);
    on.results.pass();
    expect(await on.results.sweep.isAnyDue()).toBe(true);
    await on.groups.tidyUp(on.results);
    expect(await on.folder.groups()).toEqual([]);
    expect(await on.groups.accept(...refused)).toEqual(['group-closed', 'group-closed']);
  });

  it('of no scan stays for half an hour: the ledger may be the wrong one', async () => {
    const items = await on.groups.arrive('a', 'b');
    await on.groups.accept(...items);
    await on.ledger.rows('DELETE FROM ledger.scans');
    const just = async () => {
      await on.results.sweep.remember();
      await on.results.sweep.find();
      on.results.pass();
      return on.results.sweep.isAnyDue();
    };
    expect(await just()).toBe(false);
    const [group = ''] = await on.folder.groups();
    const file = path.join(on.folder.folder, 'objects', group.slice(0, 2), `${group}.group`);
    const past = new Date(Date.now() - 31 * 60_000);
    await utimes(file, past, past);
    expect(await just()).toBe(true);
  });

  it('whose scans ended is remembered by them, when the instance that noted it is no more', async () => {
    const items = await on.groups.arrive('a', 'b');
    await on.groups.accept(...items);
    for (const item of items) await on.groups.conclude(item, 'clean');
    await on.results.sweep.remember();
    on.results.pass();
    await on.results.sweepAll();
    expect(await on.ledger.rows('SELECT group_key FROM ledger.group_files')).toEqual(
      (await on.folder.groups()).map((group_key) => ({ group_key })),
    );
  });

  it('that cannot be removed is removed later, by what stands closed', async () => {
    await on.groups.arrive('a', 'b');
    let isAway = true;
    const store = Object.create(on.folder.store) as typeof on.folder.store;
    store.deleteGroup = (key) =>
      isAway ? Promise.reject(new Error('EIO')) : on.folder.store.deleteGroup(key);
    const troubled = new GroupsInstance({ database: on.ledger.database, store });
    await on.groups.tidyUp(troubled);
    expect(await on.folder.groups()).toHaveLength(1);
    isAway = false;
    troubled.pass();
    await troubled.sweepAll();
    expect(await on.folder.groups()).toEqual([]);
  });

  it('that was noted while the ledger was away is looked at again', async () => {
    await on.groups.arrive('a', 'b');
    const query = vi.fn(on.ledger.database.query).mockRejectedValueOnce(new Error('away'));
    const database = Object.assign(Object.create(on.ledger.database) as typeof on.ledger.database, { query });
    const troubled = new GroupsInstance({ database, store: on.folder.store });
    await troubled.sweep.find(0);
    troubled.pass();
    await expect(troubled.sweep.sweep()).rejects.toThrow('away');
    troubled.pass();
    await troubled.sweepAll();
    expect(await on.ledger.rows('SELECT FROM ledger.group_files')).toHaveLength(1);
  });

  it('that is noted while it is being looked at is looked at again', async () => {
    const [item] = await on.groups.arrive('a', 'b');
    if (item === undefined) throw new Error('one');
    await on.groups.accept(item);
    on.results.sweep.note(item.objectKey);
    on.results.pass();
    const sweeping = on.results.sweep.sweep();
    // The verdict that comes meanwhile: its note must not be lost with the answer of before.
    on.results.sweep.note(item.objectKey);
    await sweeping;
    on.results.pass();
    expect(await on.results.sweep.isAnyDue()).toBe(true);
  });

  it('is not remembered as closed for longer than a day', async () => {
    await on.groups.arrive('a', 'b');
    await on.groups.tidyUp(on.results);
    await new ExpireRecords(on.ledger.database).expire();
    expect(await on.ledger.rows('SELECT FROM ledger.group_files')).toHaveLength(1);
    await on.ledger.rows(`UPDATE ledger.group_files SET closed_at = closed_at - interval '1 day'`);
    await new ExpireRecords(on.ledger.database).expire();
    expect(await on.ledger.rows('SELECT FROM ledger.group_files')).toEqual([]);
  });
});

describe('of objects that share a file', () => {
  it('the orphan sweep removes none, whatever their age', async () => {
    await on.groups.accept(...(await on.groups.arrive('a', 'b')));
    await on.groups.arrive('c', 'd');
    expect(await new KeepObjects(on.ledger.database, on.folder.store, logger).sweepOrphans(0)).toBe(0);
    expect(await on.folder.groups()).toHaveLength(2);
    expect(await on.groups.rowsWithoutBytes()).toEqual([]);
  });

  it.each([
    [
      'evicted',
      () => new KeepObjects(on.ledger.database, on.folder.store, logger, on.results.sweep.note).expire(),
    ],
    [
      'deleted by an operator',
      async () => {
        const ids = await on.ledger.rows<{ id: string }>(
          'SELECT submission_id AS id FROM ledger.kept_objects',
        );
        await new ReleaseMail(on.ledger.database, on.folder.store, logger, on.results.copies).delete({
          submissionIds: ids.map(({ id }) => id),
          operator: 'ann',
          operatorKind: 'operator',
          comment: null,
          changeId: await on.ledger.announced(ledgerRpc.deleteKept),
        } as never);
      },
    ],
  ])('one that is kept and then %s goes with its group', async (_, letGo) => {
    const [bad, other] = await on.groups.arrive('a', 'b');
    if (bad === undefined || other === undefined) throw new Error('two');
    await on.groups.accept(bad, other);
    await on.groups.conclude(bad, 'infected');
    await on.ledger.rows(`UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 s'`);
    await letGo();
    expect(await on.ledger.rows('SELECT FROM ledger.kept_objects')).toEqual([]);
    expect(await on.groups.rowsWithoutBytes()).toEqual([]);
    on.results.pass();
    expect(await on.results.sweep.isAnyDue()).toBe(true);
    await on.groups.conclude(other, 'clean');
    await on.results.sweepAll();
    await on.groups.readersAreDone();
    on.results.pass();
    await on.results.sweepAll();
    expect(await on.folder.groups()).toEqual([]);
  });
});
