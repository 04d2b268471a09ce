import { describe, expect, it } from 'vitest';
import { ledgerRpc, type AcceptItem } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RescanObjects } from '../rescan-objects/rescan-objects.service.js';
import { noSharedFiles } from '../testing/files-of-their-own.js';
import { verdictOf } from '../testing/ledger-fixture.js';
import { anna, berta, hash, letThrough, stopped, useReleasedMail } from '../testing/use-released-mail.js';

const on = useReleasedMail();
const { addOperator, addToken, comes, end, mailItem, released } = on;

describe('a mail that meets a mail sensor, whose ticket does not hold,', () => {
  it.each<[string, Partial<AcceptItem>]>([
    ['other bytes, whatever its trace fields say', { mailDigest: hash() }],
    ['no digest', { mailDigest: undefined }],
    ['another recipient', { rcptTo: [berta] }],
    ['a recipient more', { rcptTo: [anna, berta] }],
    ['no recipient', { rcptTo: [] }],
    ['as many recipients as a sensor names', { rcptTo: Array.from({ length: 80 }, () => anna) }],
    ['the type of a file', { objectType: 'file' }],
  ])('is stopped with %s', async (_what, changes) => {
    await released();
    expect((await comes()).answer).toEqual(letThrough);
    expect((await comes(changes)).answer).toEqual(stopped);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['the release ended longer ago than is set', () => end('delivered', '61 min')],
    [
      'it waits for longer than notifiers try',
      () => on.ledger.rows(`UPDATE ledger.releases SET created_at = now() - interval '4 days 1 s'`),
    ],
    ['the receiver refused it', () => end('refused')],
    ['tickets were switched off meanwhile', () => on.ledger.set('releaseTicketMinutes', 0)],
    ['its operator is disabled', () => on.ledger.rows('UPDATE registry.operators SET is_disabled = true')],
    [
      'its operator may release no more',
      () => on.ledger.rows(`UPDATE registry.operators SET role = 'auditor'`),
    ],
    ['its operator was deleted', () => on.ledger.rows('DELETE FROM registry.operators')],
    [
      'another took the name of its operator',
      async () => {
        await on.ledger.rows('DELETE FROM registry.operators');
        await addOperator('ann', '0 s');
      },
    ],
    [
      'a token has the name of its operator, who is gone',
      async () => {
        await on.ledger.rows('DELETE FROM registry.operators');
        await addOperator('owner');
        await addToken('ann', 'owner');
      },
    ],
  ])('is stopped when %s', async (_what, change) => {
    await released();
    expect((await comes()).answer).toEqual(letThrough);
    await change();
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is stopped at a sensor of another registration, and at a system of another type', async () => {
    await released();
    for (const type of ['mail', 'other'] as const) {
      const other = await on.ledger.addSystem({ type });
      expect((await comes(other)).answer).toEqual(stopped);
    }
  });

  it('is stopped once it is deleted from quarantine', async () => {
    const item = await released();
    await end('delivered');
    expect((await comes()).answer).toEqual(letThrough);
    const changeId = await on.ledger.announced(ledgerRpc.deleteKept);
    const deletion = { submissionIds: [item.submissionId], operator: 'ann', changeId };
    expect(await on.releases.delete(deletion)).toEqual(['done']);
    expect((await comes()).answer).toEqual(stopped);
  });

  it('has no ticket while releases go where no sensor is asked', async () => {
    await on.ledger.set('releaseTicketMinutes', 0);
    await released();
    expect(await on.ledger.rows('SELECT FROM ledger.release_tickets')).toEqual([]);
    await on.ledger.set('releaseTicketMinutes', 60);
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is stopped when the stored bytes are not those that came', async () => {
    await released();
    const item = mailItem();
    await new AcceptScans(on.ledger.database).accept([item]);
    await on.records.record(prepareVerdict(verdictOf({ ...item, sha256: hash() }, 'infected')));
    const [row] = await on.ledger.rows(
      'SELECT state, reason, released FROM ledger.scans WHERE submission_id = $1',
      [item.submissionId],
    );
    expect(row).toEqual({ state: 'error', reason: 'object-altered', released: null });
  });

  it('has its own verdict when an operator has it scanned again', async () => {
    const item = await released();
    const changeId = await on.ledger.announced(ledgerRpc.rescan);
    await new RescanObjects(on.ledger.database, {} as never, () => undefined, noSharedFiles).rescan(
      item.submissionId,
      changeId,
    );
    const [again] = await on.ledger.rows<{ submission_id: string }>(
      'SELECT submission_id FROM ledger.scans WHERE rescan_of IS NOT NULL',
    );
    const { submission_id: submissionId } = again!;
    await on.records.record(prepareVerdict(verdictOf({ submissionId, sha256: item.sha256 }, 'infected')));
    const [row] = await on.ledger.rows('SELECT state FROM ledger.scans WHERE submission_id = $1', [
      submissionId,
    ]);
    expect(row).toEqual({ state: 'detect' });
  });
});
