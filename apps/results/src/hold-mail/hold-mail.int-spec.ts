import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { groupKeyOf, ledgerRpc, mailIdentity, mailScanName, type AcceptItem } from '@sluice/contracts';
import { openObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { CopyOut } from '../sweep-groups/copy-out.service.js';
import { HoldMail } from './hold-mail.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const [anna, berta] = ['anna@example.org', 'berta@example.org'];

const scanIdOf = ({ sha256, mailFrom, rcptTo }: Pick<AcceptItem, 'sha256' | 'mailFrom' | 'rcptTo'>) => {
  const identity = mailIdentity(sha256, { mailFrom: mailFrom ?? '', rcptTo });
  return mailScanName(createHash('sha256').update(identity).digest('hex'));
};

describe('a mail that is to be held', () => {
  let ledger: LedgerFixture;
  let records: RecordVerdicts;
  let holds: HoldMail;
  let mailServer: System;
  let folder: string;
  let store: Awaited<ReturnType<typeof openObjectStore>>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-held-'));
    store = await openObjectStore(`file://${folder}`);
    ledger = await LedgerFixture.create();
    records = new RecordVerdicts(ledger.database, () => undefined);
  });
  afterAll(async () => {
    await ledger.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    await ledger.clear();
    for await (const { key } of store.list()) await store.delete(key);
    holds = new HoldMail({ database: ledger.database, store, shared: noSharedFiles, count: () => undefined });
    mailServer = await ledger.addSystem({ type: 'mail' });
  });

  async function storeObject(): Promise<string> {
    const writer = await store.create();
    await writer.write(Buffer.from('bytes'));
    await writer.commit();
    return writer.key;
  }
  async function submit(changes: Partial<AcceptItem> = {}, system = mailServer): Promise<AcceptItem> {
    const envelope = { objectType: 'email', mailFrom: 'joerg@example.com', rcptTo: [anna, berta] } as const;
    const objectKey = await storeObject();
    const item = itemOf(system, { ...envelope, rcptTo: [...envelope.rcptTo], objectKey, ...changes });
    const named = { ...item, scanId: changes.scanId ?? scanIdOf(item) };
    await new AcceptScans(ledger.database).accept([named]);
    return named;
  }
  async function keep(changes: Partial<AcceptItem> = {}, system = mailServer): Promise<AcceptItem> {
    const item = await submit(changes, system);
    await records.record(prepareVerdict(verdictOf(item, 'error')));
    return item;
  }
  const hold = (item: AcceptItem) =>
    holds.hold({ registrationId: item.registrationId, scanId: item.scanId ?? '' });
  const heldAs = (item: AcceptItem) => ({ outcome: 'held', held: item.submissionId });
  const held = () =>
    ledger.rows<{ submission_id: string }>(
      `SELECT submission_id FROM ledger.quarantine_list WHERE hold = 'held' ORDER BY seq`,
    );
  /** Its object shares a file with another's. */
  async function keepShared(): Promise<AcceptItem> {
    const [, objectKey] = await Promise.all(
      ['alone', 'bytes', 'other'].map((content) => store.createShared(Buffer.from(content))),
    );
    expect(groupKeyOf(objectKey ?? '')).not.toBeNull();
    const sha256 = createHash('sha256').update('bytes').digest('hex');
    return keep({ objectKey: objectKey ?? '', sizeBytes: 5, sha256 });
  }
  const expire = () => new KeepObjects(ledger.database, store, logger).expire();
  const stored = async () => {
    const keys = [];
    for await (const { key } of store.list()) keys.push(key);
    return keys.sort();
  };

  it('is held once it is kept with its whole envelope, and asked again it is the same', async () => {
    const item = await keep();
    expect(await hold(item)).toEqual(heldAs(item));
    expect(await hold(item)).toEqual(heldAs(item));
    expect(await held()).toEqual([{ submission_id: item.submissionId }]);
  });
  it('of the null sender is held, too', async () => {
    const item = await keep({ mailFrom: null });
    expect(await hold(item)).toEqual(heldAs(item));
  });
  it('is held once, when its sender sends it again', async () => {
    const first = await keep();
    expect(await hold(first)).toEqual(heldAs(first));
    await ledger.age(first.submissionId, '1 hour');
    const again = await keep({ sha256: first.sha256, rcptTo: [berta, anna] });
    expect(await hold(again)).toEqual(heldAs(first));
    const other = await keep({ sha256: first.sha256, rcptTo: [anna] });
    expect(await hold(other)).toEqual(heldAs(other));
    expect(await held()).toHaveLength(2);
  });
  it('is not held while it is being released: what comes may be the release, and would be taken for arrived', async () => {
    const first = await keep();
    await hold(first);
    await ledger.rows(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, operator,
         created_at, due_at)
       VALUES (gen_random_uuid(), $1, $2, $3, 'original', '', '{anna@example.org}', '{anna@example.org}', 'ann', now(), now())`,
      [first.submissionId, first.objectKey, first.sha256],
    );
    await ledger.age(first.submissionId, '1 hour');
    const again = await keep({ sha256: first.sha256 });
    expect(await hold(again)).toEqual({ outcome: 'not-kept' });
    expect(await hold(first)).toEqual({ outcome: 'not-kept' });
    await ledger.rows(`UPDATE ledger.releases SET state = 'refused', pending = '{}', finished_at = now()`);
    expect(await hold(again)).toEqual(heldAs(first));
  });
  it('is not held where the first copy is gone from the store: then the second is', async () => {
    const first = await keep();
    await hold(first);
    await store.delete(first.objectKey);
    await ledger.age(first.submissionId, '1 hour');
    const again = await keep({ sha256: first.sha256 });
    expect(await hold(again)).toEqual(heldAs(again));
  });

  it('is unknown without its scan, and to another system', async () => {
    const item = await keep();
    const other = await ledger.addSystem({ type: 'mail' });
    const scanId = item.scanId ?? '';
    expect(await holds.hold({ registrationId: other.registrationId, scanId })).toEqual({
      outcome: 'unknown',
    });
    expect(await holds.hold({ registrationId: item.registrationId, scanId: 'mail-2' })).toEqual({
      outcome: 'unknown',
    });
  });
  it('is not kept without a verdict, with one that keeps nothing, or once it is evicted or its object gone', async () => {
    const unfinished = await submit();
    expect(await hold(unfinished)).toEqual({ outcome: 'not-kept' });
    const clean = await submit();
    await records.record(prepareVerdict(verdictOf(clean, 'clean')));
    expect(await hold(clean)).toEqual({ outcome: 'not-kept' });
    const evicted = await keep();
    await ledger.set('quarantineMaxBytes', 0);
    await expire();
    expect(await hold(evicted)).toEqual({ outcome: 'not-kept' });
    await ledger.set('quarantineMaxBytes', 1e9);
    const lost = await keep();
    await store.delete(lost.objectKey);
    expect(await hold(lost)).toEqual({ outcome: 'not-kept' });
    await ledger.set('quarantineRetentionDays', 0);
    const unkept = await keep();
    expect(await hold(unkept)).toEqual({ outcome: 'not-kept' });
    expect(await held()).toEqual([]);
  });
  it('is another mail when what is stored does not come to its name', async () => {
    const named = scanIdOf({ sha256: 'a'.repeat(64), mailFrom: 'joerg@example.com', rcptTo: [anna, berta] });
    const changes: Partial<AcceptItem>[] = [
      { scanId: named },
      { scanId: named, sha256: 'a'.repeat(64), rcptTo: [anna] },
      { scanId: named, sha256: 'a'.repeat(64), mailFrom: 'other@example.com' },
      { objectType: 'file' },
      { rcptTo: [] },
      { rcptTo: Array.from({ length: 80 }, (_, at) => `r${at}@example.org`) },
    ];
    for (const [at, change] of changes.entries()) {
      const system = await ledger.addSystem({ type: 'mail' });
      expect([at, await hold(await keep(change, system))]).toEqual([at, { outcome: 'other-mail' }]);
    }
    expect(await held()).toEqual([]);
  });

  it('is never evicted, and what is refused to its sender makes room for it', async () => {
    const first = await keep();
    await keep();
    const second = await keep();
    await hold(first);
    await hold(second);
    await ledger.set('quarantineMaxBytes', 2999);
    await expire();
    expect(await stored()).toEqual([first, second].map(({ objectKey }) => objectKey).sort());
    expect(await held()).toHaveLength(2);
    await ledger.set('quarantineMaxBytes', 1);
    await expire();
    expect(await held()).toHaveLength(2);
  });
  it('is refused when held mail has all the room there is', async () => {
    await ledger.set('quarantineMaxBytes', 2500);
    const [first, second, third] = [await keep(), await keep(), await keep()];
    expect(await Promise.all([hold(first), hold(second), hold(third)])).toEqual(
      expect.arrayContaining([{ outcome: 'full' }]),
    );
    expect(await held()).toHaveLength(2);
    await ledger.set('quarantineMaxBytes', 3000);
    const last = [first, second, third].map(hold);
    expect((await Promise.all(last)).map(({ outcome }) => outcome)).toEqual(['held', 'held', 'held']);
  });
  it('can be deleted by an operator, which the audit log has', async () => {
    const item = await keep();
    await hold(item);
    const releases = new ReleaseMail(ledger.database, store, logger, noSharedFiles);
    const changeId = await ledger.announced(ledgerRpc.deleteKept);
    const { submissionId } = item;
    expect(
      await releases.delete({ submissionIds: [submissionId], operator: 'ann', comment: 'spam', changeId }),
    ).toEqual(['done']);
    expect(await stored()).toEqual([]);
    expect(await hold(item)).toEqual({ outcome: 'not-kept' });
    expect(await ledger.rows(`SELECT after FROM registry.audit WHERE action = 'quarantine.delete'`)).toEqual([
      { after: { ids: [submissionId], held: [submissionId], comment: 'spam' } },
    ]);
  });

  it('has a file of its own from then on, and stays with its server when it could not get one', async () => {
    const shared = await keepShared();
    expect(await hold(shared)).toEqual({ outcome: 'not-kept' });
    expect(await held()).toEqual([]);
    const copies = new CopyOut({ database: ledger.database, store, logger, note: () => undefined });
    holds = new HoldMail({ database: ledger.database, store, shared: copies, count: () => undefined });
    expect(await hold(shared)).toEqual(heldAs(shared));
    const rows = await ledger.rows<{ key: string }>('SELECT object_key AS key FROM ledger.kept_objects');
    expect(rows.map(({ key }) => groupKeyOf(key))).toEqual([null]);
    expect((await store.readWhole(rows[0]?.key ?? '', 5)).toString()).toBe('bytes');
  });
});
