import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { ReleaseMail } from '../release-mail/release-mail.service.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { EndHolds } from './end-holds.service.js';
import { RefuseHeld } from './refuse-held.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const sender = 'joerg@example.com';

describe('mail that is held', () => {
  let ledger: LedgerFixture;
  let records: RecordVerdicts;
  let mailServer: System;

  beforeAll(async () => {
    ledger = await LedgerFixture.create();
    records = new RecordVerdicts(ledger.database, () => undefined);
  });
  afterAll(() => ledger.close());
  beforeEach(async () => {
    await ledger.clear();
    mailServer = await ledger.addSystem({ type: 'mail' });
  });

  async function held(changes: Partial<AcceptItem> = {}): Promise<string> {
    const item = itemOf(mailServer, {
      objectType: 'email',
      mailFrom: sender,
      rcptTo: [anna, berta],
      ...changes,
    });
    await new AcceptScans(ledger.database).accept([item]);
    await records.record(prepareVerdict(verdictOf(item, 'error')));
    await ledger.database.query(
      `UPDATE ledger.kept_objects SET hold = 'held', hold_at = clock_timestamp() WHERE submission_id = $1`,
      [item.submissionId],
    );
    return item.submissionId;
  }
  const refuse = async (submissionIds: readonly string[]) =>
    new RefuseHeld(ledger.database).refuse({
      submissionIds: [...submissionIds],
      operator: 'ann',
      comment: 'spam',
      changeId: await ledger.announced(ledgerRpc.refuseHeld),
    });
  const release = async (id: string, to: string | null = null) =>
    new ReleaseMail(
      ledger.database,
      { delete: () => Promise.resolve(), deleteSealed: () => Promise.resolve() },
      { warn: () => undefined },
      noSharedFiles,
    ).release({
      submissionIds: [id],
      operator: 'ann',
      operatorKind: 'operator',
      form: 'original',
      to,
      changeId: await ledger.announced(ledgerRpc.releaseMail),
    });
  /** As a notifier writes it. */
  const answered = (id: string, state: 'delivered' | 'refused', taken: readonly string[]) =>
    ledger.database.query(
      `UPDATE ledger.releases SET state = $2, pending = '{}', finished_at = clock_timestamp(),
         answers = (SELECT jsonb_agg(jsonb_build_object('recipient', x, 'answer', 'x',
           'outcome', CASE WHEN x = ANY ($3) THEN 'taken' ELSE 'refused' END)) FROM unnest(recipients) x)
       WHERE submission_id = $1 AND state = 'waiting'`,
      [id, state, taken],
    );
  const pending = async () =>
    (
      await ledger.rows<{ pending: string[] }>(
        `SELECT pending FROM ledger.releases WHERE state = 'waiting' ORDER BY seq`,
      )
    ).map((row) => row.pending);
  const end = () => new EndHolds(ledger.database).end();
  const states = async () =>
    (await ledger.rows<{ hold: string }>('SELECT hold FROM ledger.kept_objects ORDER BY seq')).map(
      ({ hold }) => hold,
    );
  const refusals = () =>
    ledger.rows(
      `SELECT submission_id, mail_from, recipients, undelivered, state, operator FROM ledger.releases
       WHERE form = 'refusal' ORDER BY seq`,
    );
  const past = () =>
    ledger.database.query(
      `UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 second'`,
    );
  const audited = (action: string) =>
    ledger.rows('SELECT actor, target, after FROM registry.audit WHERE action = $1', [action]);

  it('is refused to its sender, from the null sender, and the audit log says by whom', async () => {
    const id = await held();
    expect(await refuse([id])).toEqual(['done']);
    const refusal = {
      submission_id: id,
      mail_from: '',
      recipients: [sender],
      state: 'waiting',
      operator: 'ann',
    };
    expect(await refusals()).toEqual([{ ...refusal, undelivered: [anna, berta] }]);
    expect(await states()).toEqual(['refused']);
    expect(await audited('quarantine.refuse')).toEqual([
      { actor: 'ann', target: `scan ${id}`, after: { ids: [id], comment: 'spam' } },
    ]);
    expect(await refuse([id])).toEqual(['not-held']);
    expect(await refusals()).toHaveLength(1);
  });
  it('is not refused when it came from the null sender, is on its way, is not there or has another owner', async () => {
    const bounce = await held({ mailFrom: null });
    const leaving = await held();
    await release(leaving);
    const kept = await held();
    await ledger.database.query('UPDATE ledger.kept_objects SET hold = NULL WHERE submission_id = $1', [
      kept,
    ]);
    const gone = '00000000-0000-4000-8000-000000000009';
    expect(await refuse([bounce, leaving, kept, gone])).toEqual([
      'no-sender',
      'conflict',
      'not-held',
      'not-found',
    ]);
    expect(await refusals()).toEqual([]);
    expect(await states()).toEqual(['held', 'held', null]);
    expect(await audited('quarantine.refuse')).toEqual([]);
  });
  it('is refused only for those whose servers did not take it', async () => {
    const id = await held();
    await release(id);
    await answered(id, 'refused', [anna]);
    await end();
    expect(await states()).toEqual(['held']);
    expect(await refuse([id])).toEqual(['done']);
    expect(await refusals()).toMatchObject([{ undelivered: [berta] }]);
  });

  it('is released when each recipient’s server took it, and not before', async () => {
    const [arrived, waiting, elsewhere, toOne] = [await held(), await held(), await held(), await held()];
    await release(arrived);
    await answered(arrived, 'delivered', [anna, berta]);
    await release(waiting);
    await release(elsewhere, 'soc@example.org');
    await answered(elsewhere, 'delivered', ['soc@example.org']);
    await release(toOne, anna);
    await answered(toOne, 'delivered', [anna]);
    await end();
    expect(await states()).toEqual(['released', 'held', 'held', 'held']);
  });
  it('is released again to those alone whose servers refused it, and is held until they have it', async () => {
    const id = await held();
    await release(id);
    await answered(id, 'refused', [anna]);
    await end();
    await release(id);
    expect(await pending()).toEqual([[berta]]);
    await answered(id, 'refused', []);
    await end();
    expect(await states()).toEqual(['held']);
    await release(id);
    expect(await pending()).toEqual([[berta]]);
    await answered(id, 'delivered', [berta]);
    await end();
    expect(await states()).toEqual(['released']);
  });

  it('is not taken for released by what arrived before it was held', async () => {
    const id = await held();
    await release(id);
    await answered(id, 'delivered', [anna, berta]);
    await ledger.database.query('UPDATE ledger.kept_objects SET hold_at = clock_timestamp()');
    await end();
    expect(await states()).toEqual(['held']);
  });

  it('goes to all when it is held anew, also those that it came to before', async () => {
    const id = await held();
    await release(id);
    await answered(id, 'refused', [anna]);
    await ledger.database.query('UPDATE ledger.kept_objects SET hold_at = clock_timestamp()');
    await release(id);
    expect(await pending()).toEqual([[anna, berta]]);
  });

  it('expires with its retention: its sender is told, but for the null sender, and the audit log has it', async () => {
    const [id, bounce] = [await held(), await held({ mailFrom: null })];
    await end();
    expect(await states()).toEqual(['held', 'held']);
    await past();
    await end();
    await end();
    expect(await states()).toEqual(['expired', 'expired']);
    expect(await refusals()).toMatchObject([
      { submission_id: id, recipients: [sender], operator: 'retention' },
    ]);
    const [entry, ...others] = await audited('quarantine.expire');
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ actor: 'system', target: '2 scans', after: { sendersTold: [id] } });
    expect((entry?.['after'] as { ids: string[] }).ids.sort()).toEqual([id, bounce].sort());
  });
  it('expires without a word where the setting says so', async () => {
    await ledger.set('expiredHeldMail', 'delete');
    const id = await held();
    await past();
    await end();
    expect(await states()).toEqual(['expired']);
    expect(await refusals()).toEqual([]);
    expect(await audited('quarantine.expire')).toMatchObject([{ after: { ids: [id], sendersTold: [] } }]);
  });
  it('does not expire while it is being released', async () => {
    const id = await held();
    await release(id);
    await past();
    await ledger.database.query('UPDATE ledger.kept_objects SET held_until = NULL');
    await end();
    expect(await states()).toEqual(['held']);
  });
});
