import { describe, expect, it } from 'vitest';
import type { Verdict } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { verdictOf } from '../testing/ledger-fixture.js';
import { anna, berta, hash, letThrough, stopped, useReleasedMail } from '../testing/use-released-mail.js';

const on = useReleasedMail();
const { addToken, comes, end, mailItem, release, released, report } = on;

describe('a mail that meets a mail sensor', () => {
  it('is let through when it was released, with all that was found, and so each time it comes again', async () => {
    await released();
    const again = await comes();
    expect(again.answer).toEqual(letThrough);
    expect(again.report).toMatchObject({ detections: [{ name: 'Test.Virus' }], detectionsTotal: 1 });
    await end('delivered', '59 min');
    expect((await comes({ sha256: hash() })).answer).toEqual(letThrough);
  });

  it.each<[Verdict['outcome'], string]>([
    ['error', 'error'],
    ['timeout', 'timeout'],
  ])('is let through when it was released, also when its scan ends in %s', async (outcome, stateBefore) => {
    await released();
    expect((await comes({}, outcome)).answer).toEqual({ state: 'not detected', stateBefore });
  });

  it('is let through where its engine fails each time, and stands among the failed jobs, but is not kept again', async () => {
    const first = await released();
    const again = mailItem();
    await new AcceptScans(on.ledger.database).accept([again]);
    for (const minute of [1, 2, 3, 4])
      await on.records.record(
        prepareVerdict(
          verdictOf(again, 'failed-attempt', {
            reason: 'engine-failed',
            startedAt: new Date(minute * 60_000).toISOString(),
          }),
        ),
      );
    expect(
      await on.ledger.rows('SELECT state, released FROM ledger.scans WHERE submission_id = $1', [
        again.submissionId,
      ]),
    ).toMatchObject([{ state: 'not detected', released: { stateBefore: 'error' } }]);
    expect(await on.ledger.rows('SELECT submission_id, reason FROM ledger.failed_jobs')).toEqual([
      { submission_id: again.submissionId, reason: 'too-many-attempts' },
    ]);
    expect(await on.ledger.rows('SELECT submission_id FROM ledger.kept_objects')).toEqual([
      { submission_id: first.submissionId },
    ]);
  });

  it('says nothing of a release when it is clean', async () => {
    await released();
    expect((await comes({}, 'clean')).answer).toEqual({ state: 'not detected', stateBefore: null });
  });

  it('raises its alert and is kept once', async () => {
    await released();
    await comes();
    await comes();
    expect(await on.ledger.rows('SELECT FROM ledger.alerts')).toHaveLength(1);
    expect(await on.ledger.rows('SELECT FROM ledger.kept_objects')).toHaveLength(1);
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('is let through for all recipients of a release, and of several', async () => {
    const first = await released({ rcptTo: [anna, berta] });
    expect((await comes({ rcptTo: [berta] })).answer).toEqual(letThrough);
    expect((await comes({ rcptTo: [berta, anna.toUpperCase()] })).answer).toEqual(letThrough);
    await end('delivered');
    await release(first, { to: 'soc@bücher.example' });
    expect((await comes({ rcptTo: ['soc@xn--bcher-kva.example', anna] })).answer).toEqual(letThrough);
    expect((await comes({ rcptTo: ['soc@bücher.example'] })).answer).toEqual(letThrough);
  });

  it('is let through when a token released it, until that or its owner is stopped', async () => {
    await addToken('script', 'ann');
    await released({}, { operator: 'script', operatorKind: 'token' });
    expect((await comes()).answer).toEqual(letThrough);
    await on.ledger.rows('UPDATE registry.operators SET is_disabled = true');
    expect((await comes()).answer).toEqual(stopped);
    await on.ledger.rows('UPDATE registry.operators SET is_disabled = false');
    expect((await comes()).answer).toEqual(letThrough);
    await on.ledger.rows('UPDATE registry.tokens SET revoked_at = now()');
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is let through as attachment by the digest that its notifier noted, and is not itself', async () => {
    await released({}, { form: 'attachment' });
    const wrapper = { sha256: hash(), mailDigest: hash() };
    expect((await comes(wrapper)).answer).toEqual(stopped);
    await on.ledger.rows('UPDATE ledger.releases SET wrapper_digest = $1', [wrapper.mailDigest]);
    expect((await comes(wrapper)).answer).toEqual(letThrough);
    expect((await comes({ ...wrapper, rcptTo: [berta] })).answer).toEqual(stopped);
    expect((await comes()).answer).toEqual(stopped);
  });

  it('is scanned anew under the name of the scan that stopped it, and again after the release is over', async () => {
    const item = await released();
    const { scanId } = item;
    const reportNow = () => report(item);
    expect(await reportNow()).toBeNull();
    const again = await comes({ scanId });
    expect([again.accepted, again.answer]).toEqual(['accepted', letThrough]);
    expect(await reportNow()).toMatchObject({ state: 'not detected', released: { stateBefore: 'detect' } });
    await end('delivered', '61 min');
    const late = await comes({ scanId });
    expect([late.accepted, late.answer]).toEqual(['accepted', stopped]);
    // And that one is what its repeats meet.
    expect((await comes({ scanId })).accepted).toBe('exists');
  });

  it('is let through against a verdict that is known of its bytes, and makes no other known', async () => {
    await on.ledger.reportScanner({ decisionSet: 'd' });
    const first = mailItem();
    const engines = verdictOf(first, 'infected').engines.map((one) => ({
      ...one,
      signaturesAt: new Date().toISOString(),
    }));
    const decided = { decisionSet: 'd', engines };
    await new AcceptScans(on.ledger.database).accept([first]);
    await on.records.record(prepareVerdict(verdictOf(first, 'infected', decided)));
    await release(first);
    const known = await new AcceptScans(on.ledger.database).accept([
      mailItem(),
      mailItem({ rcptTo: [berta] }),
    ]);
    expect(known).toMatchObject([{ isDone: true }, { isDone: true }]);
    expect(
      await on.ledger.rows(
        'SELECT rcpt_to, state, released IS NOT NULL AS is_released FROM ledger.scans ORDER BY seq',
      ),
    ).toEqual([
      { rcpt_to: [anna], state: 'detect', is_released: false },
      { rcpt_to: [anna], state: 'not detected', is_released: true },
      { rcpt_to: [berta], state: 'detect', is_released: false },
    ]);
    await on.ledger.rows('DELETE FROM ledger.known_verdicts');
    const scanned = mailItem();
    await new AcceptScans(on.ledger.database).accept([scanned]);
    await on.records.record(prepareVerdict(verdictOf(scanned, 'infected', decided)));
    expect(await on.ledger.rows('SELECT FROM ledger.known_verdicts')).toEqual([]);
  });

  it('leaves its release in the audit log with the time it is let through for', async () => {
    await released();
    const [entry] = await on.ledger.rows<{ after: object }>(
      `SELECT after FROM registry.audit WHERE action = 'quarantine.release'`,
    );
    expect(entry?.after).toMatchObject({ ticketMinutes: 60 });
  });
});
