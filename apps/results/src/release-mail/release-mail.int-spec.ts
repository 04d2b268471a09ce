import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { ExpireRecords } from '../expire-records/expire-records.service.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { ReleaseMail, type DeleteKeptRequest, type ReleaseMailRequest } from './release-mail.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const [anna, berta] = ['anna@example.org', 'berta@example.org'];

describe('quarantine', () => {
  let ledger: LedgerFixture;
  let records: RecordVerdicts;
  let releases: ReleaseMail;
  let mailServer: System;
  const deleted: string[] = [];
  const store = {
    delete: (key: string) => Promise.resolve(void deleted.push(key)),
    deleteSealed: (key: string) => Promise.resolve(void deleted.push(`${key}.sealed`)),
  };

  const bothOf = ({ objectKey }: AcceptItem) => [objectKey, `${objectKey}.sealed`];

  beforeAll(async () => {
    ledger = await LedgerFixture.create();
    records = new RecordVerdicts(ledger.database, () => undefined);
    releases = new ReleaseMail(ledger.database, store, { warn: () => undefined }, noSharedFiles);
  });
  afterAll(() => ledger.close());
  beforeEach(async () => {
    await ledger.clear();
    deleted.length = 0;
    mailServer = await ledger.addSystem({ type: 'mail' });
  });

  async function keep(changes: Partial<AcceptItem> = {}, outcome: 'infected' | 'error' = 'error') {
    const item = itemOf(mailServer, {
      objectType: 'email',
      mailFrom: 'joerg@example.com',
      rcptTo: [anna, berta],
      ...changes,
    });
    await new AcceptScans(ledger.database).accept([item]);
    await records.record(prepareVerdict(verdictOf(item, outcome)));
    return item;
  }
  const request = (...items: readonly Pick<AcceptItem, 'submissionId'>[]) => ({
    submissionIds: items.map(({ submissionId }) => submissionId),
    operator: 'ann',
  });
  const release = async (wanted: Omit<ReleaseMailRequest, 'changeId'>) =>
    releases.release({ ...wanted, changeId: await ledger.announced(ledgerRpc.releaseMail) });
  const deleteKept = async (wanted: Omit<DeleteKeptRequest, 'changeId'>) =>
    releases.delete({ ...wanted, changeId: await ledger.announced(ledgerRpc.deleteKept) });
  const asIs = { operatorKind: 'operator', form: 'original', to: null } as const;
  const written = () =>
    ledger.rows(
      'SELECT submission_id, object_key, mail_from, recipients, pending, form FROM ledger.releases ORDER BY seq',
    );
  const audited = () =>
    ledger.rows(
      `SELECT actor, action, target, after FROM registry.audit WHERE action LIKE 'quarantine.%' ORDER BY id`,
    );

  it('keeps the envelope and the reason as long as the object, whatever becomes of the scan', async () => {
    const item = await keep({}, 'infected');
    await ledger.age(item.submissionId, '8 days');
    await new ExpireRecords(ledger.database).expire();
    expect(await ledger.rows('SELECT FROM ledger.scans')).toEqual([]);
    expect(
      await ledger.rows('SELECT submission_id, state, names, mail_from, rcpt_to FROM ledger.quarantine_list'),
    ).toEqual([
      {
        submission_id: item.submissionId,
        state: 'detect',
        names: ['Test.Virus'],
        mail_from: 'joerg@example.com',
        rcpt_to: [anna, berta],
      },
    ]);
    expect(await release({ ...request(item), ...asIs })).toEqual(['done']);
  });

  it('is left with the envelope the mail came with, and the audit log says who let it out', async () => {
    const item = await keep({ rcptTo: [anna, berta, anna] });
    expect(await release({ ...request(item), ...asIs, comment: 'known sender' })).toEqual(['done']);
    expect(await written()).toEqual([
      {
        submission_id: item.submissionId,
        object_key: item.objectKey,
        mail_from: 'joerg@example.com',
        recipients: [anna, berta],
        pending: [anna, berta],
        form: 'original',
      },
    ]);
    expect((await audited()).slice(-1)).toEqual([
      {
        actor: 'ann',
        action: 'quarantine.release',
        target: `scan ${item.submissionId}`,
        after: { ids: [item.submissionId], form: 'original', to: null, comment: 'known sender' },
      },
    ]);
  });

  it('is left again for those alone who have it not yet in this form, and for all when all have it', async () => {
    const item = await keep();
    const answered = (state: string, taken: readonly string[]) =>
      ledger.database.query(
        `UPDATE ledger.releases SET state = $1, pending = '{}', finished_at = now(),
           answers = (SELECT jsonb_agg(jsonb_build_object('recipient', x, 'answer', 'x',
             'outcome', CASE WHEN x = ANY ($2) THEN 'taken' ELSE 'refused' END)) FROM unnest(recipients) x)
         WHERE state = 'waiting'`,
        [state, taken],
      );
    const sentTo = async (form: ReleaseMailRequest['form'] = 'original') => {
      expect(await release({ ...request(item), ...asIs, form })).toEqual(['done']);
      return (await written()).at(-1);
    };
    expect(await sentTo()).toMatchObject({ recipients: [anna, berta] });
    await answered('refused', [anna]);
    expect(await sentTo()).toMatchObject({ recipients: [berta], pending: [berta] });
    await answered('refused', []);
    expect(await sentTo('attachment')).toMatchObject({ recipients: [anna, berta] });
    await answered('delivered', [anna, berta]);
    expect(await sentTo()).toMatchObject({ recipients: [berta] });
    await answered('delivered', [berta]);
    expect(await sentTo()).toMatchObject({ recipients: [anna, berta] });
  });

  it('answers for each of many, and does the others all the same', async () => {
    const [mail, busy, bare, crowd] = [
      await keep(),
      await keep(),
      await keep({ rcptTo: [] }),
      await keep({ rcptTo: Array.from({ length: 80 }, (_, at) => `r${at}@example.org`) }),
    ];
    const file = await keep({ objectType: 'file', rcptTo: [] });
    const absent = { submissionId: itemOf(mailServer).submissionId };
    await release({ ...request(busy), ...asIs });
    const all = request(mail, busy, bare, crowd, file, absent);
    expect(await release({ ...all, ...asIs })).toEqual([
      'done',
      'conflict',
      'no-recipients',
      'no-recipients',
      'not-mail',
      'not-found',
    ]);
    const toOne = { ...request(bare, crowd), ...asIs, form: 'attachment', to: 'soc@example.org' } as const;
    expect(await release(toOne)).toEqual(['done', 'done']);
    expect(await written()).toHaveLength(4);
  });

  it('says what newer signatures detect, and lets it out only for who says that they know', async () => {
    const [since, anyway] = [await keep(), await keep({}, 'infected')];
    await ledger.rows(
      `UPDATE ledger.kept_objects SET newest = '{"state": "detect", "stateBefore": "error"}'`,
    );
    const both = { ...request(since, anyway), ...asIs };
    expect(await release(both)).toEqual(['detected-since', 'done']);
    expect(await release({ ...request(since), ...asIs, detectedSince: true })).toEqual(['done']);
  });

  it('releases once, however many operators ask at the same time', async () => {
    const item = await keep();
    const asked = Array.from({ length: 5 }, () => release({ ...request(item), ...asIs }));
    expect((await Promise.all(asked)).flat().sort()).toEqual([
      'conflict',
      'conflict',
      'conflict',
      'conflict',
      'done',
    ]);
    expect(await written()).toHaveLength(1);
  });

  it('keeps what is being released, past its retention and past quarantineMaxBytes', async () => {
    const [item, other] = [await keep(), await keep()];
    await release({ ...request(item), ...asIs });
    await ledger.database.query(`UPDATE ledger.kept_objects SET kept_until = now() - interval '1 day'`);
    await ledger.set('quarantineMaxBytes', 1);
    const logger = { warn: () => undefined, info: () => undefined };
    await new KeepObjects(ledger.database, store as never, logger as never).expire();
    expect(deleted).toEqual(bothOf(other));
    await ledger.database.query(`UPDATE ledger.kept_objects SET held_until = now() - interval '1 s'`);
    await new KeepObjects(ledger.database, store as never, logger as never).expire();
    expect(deleted).toEqual([...bothOf(other), ...bothOf(item)]);
  });

  it('is emptied row by row with its objects; not of what is being released or scanned again', async () => {
    const [gone, released, again] = [await keep(), await keep(), await keep()];
    await release({ ...request(released), ...asIs });
    await new RescanObjects(ledger.database, store as never, () => undefined, noSharedFiles).rescan(
      again.submissionId,
      await ledger.announced(ledgerRpc.rescan),
    );
    expect(await deleteKept(request(gone, released, again))).toEqual(['done', 'conflict', 'conflict']);
    expect(deleted).toEqual(bothOf(gone));
    expect(await ledger.rows('SELECT object_key FROM ledger.kept_objects ORDER BY seq')).toEqual([
      { object_key: released.objectKey },
      { object_key: again.objectKey },
    ]);
    expect((await audited()).at(-1)).toMatchObject({
      action: 'quarantine.delete',
      after: { ids: [gone.submissionId] },
    });
    expect(await deleteKept(request(gone))).toEqual(['not-found']);
  });

  it('forgets how releases went with the alerts of that time', async () => {
    const item = await keep();
    await release({ ...request(item), ...asIs });
    await ledger.database.query(
      `UPDATE ledger.releases SET state = 'delivered', pending = '{}', finished_at = now() - interval '366 days'`,
    );
    await new ExpireRecords(ledger.database).expire();
    expect(await written()).toEqual([]);
  });
});
