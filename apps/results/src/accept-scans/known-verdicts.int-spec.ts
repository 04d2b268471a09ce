import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ledgerRpc, type Verdict } from '@sluice/contracts';
import { ExpireRecords } from '../expire-records/expire-records.service.js';
import { forgetVerdicts } from '../forget-verdicts/forget-verdicts.query.js';
import { itemOf, verdictOf } from '../testing/ledger-fixture.js';
import { daysAgo, sets, useKnownVerdicts } from '../testing/use-known-verdicts.js';

const on = useKnownVerdicts();
const { scanned, repeatOf, isReused } = on;

describe('what decides is of now', () => {
  it('of two scanners with different signatures the newer ones, whoever reported last', async () => {
    await on.ledger.reportScanner({ instance: 'old', decisionSet: sets.old, signaturesAt: daysAgo(2) });
    const byOld = await scanned('clean', { decisionSet: sets.old, scanner: 'old' });
    const byNew = await scanned('clean');
    expect(await isReused(repeatOf(byOld))).toBe(false);
    expect(await isReused(repeatOf(byNew))).toBe(true);
    // The newer one is not ready any more: then the other one's.
    await on.ledger.reportScanner({ decisionSet: sets.now, isReady: false });
    expect(await isReused(repeatOf(byNew))).toBe(false);
    expect(await isReused(repeatOf(byOld))).toBe(true);
  });

  it('after a change of the allow list on one of two scanners what it says, though the other one comes back later', async () => {
    const before = await scanned('infected');
    await on.ledger.reportScanner({ instance: 'other', decisionSet: sets.now });
    const changed = '2'.repeat(32);
    const signaturesAt = daysAgo(1);
    await on.ledger.reportScanner({ decisionSet: changed, signaturesAt });
    await on.ledger.reportScanner({ instance: 'other', decisionSet: sets.now, signaturesAt });
    expect(await isReused(repeatOf(before))).toBe(false);
    // A third starts with the old list.
    await on.ledger.reportScanner({ instance: 'third', decisionSet: sets.now, signaturesAt });
    expect(await isReused(repeatOf(before))).toBe(false);
    const after = await scanned('clean', { decisionSet: changed });
    expect(await isReused(repeatOf(after))).toBe(true);
  });

  it('no one when no scanner is ready, all are silent, or none can say it', async () => {
    const first = await scanned('clean');
    await on.ledger.reportScanner({ decisionSet: null });
    expect(await isReused(repeatOf(first))).toBe(false);
    await on.ledger.reportScanner({ decisionSet: sets.now });
    expect(await isReused(repeatOf(first))).toBe(true);
    await on.ledger.database.query(`UPDATE ledger.instances SET seen_at = seen_at - interval '16 seconds'`);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('no one from a change of a setting until a scanner knows it', async () => {
    const first = await scanned('clean');
    await on.ledger.set('maxDepth', 3);
    await on.ledger.database.query('UPDATE registry.settings SET revision = 2');
    expect(await isReused(repeatOf(first))).toBe(false);
    await on.ledger.reportScanner({ decisionSet: sets.now, registryRevision: 2 });
    expect(await isReused(repeatOf(first))).toBe(true);
  });

  it('signatures that have become too old since do not', async () => {
    const first = await scanned('clean', { signaturesAt: daysAgo(2) });
    expect(await isReused(repeatOf(first))).toBe(true);
    await on.ledger.set('maxSignatureAgeHours', 47);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('test signatures only while they are allowed', async () => {
    const tested = {
      engines: [
        {
          ...verdictOf({ submissionId: '', sha256: '' }, 'clean').engines[0],
          signaturesAt: null,
          isTestSignatures: true,
        } as Verdict['engines'][number],
      ],
    };
    const first = await scanned('clean', tested);
    expect(await isReused(repeatOf(first))).toBe(false);
    await on.ledger.set('allowTestSignatures', true);
    expect(await isReused(repeatOf(first))).toBe(true);
  });
});

describe('another system', () => {
  it('gets it only while shareVerdicts is on, as its own alert', async () => {
    const other = await on.ledger.addSystem();
    const first = await scanned('infected');
    const repeat = () => repeatOf(first, { ...itemOf(other), sha256: first.sha256 });
    expect(await isReused(repeat())).toBe(false);
    await on.ledger.set('shareVerdicts', true);
    expect(await isReused(repeat())).toBe(true);
    expect(await on.ledger.rows('SELECT registration_id FROM ledger.alert_list ORDER BY id')).toEqual([
      { registration_id: on.system.registrationId },
      { registration_id: other.registrationId },
    ]);
  });
});

describe('known verdicts', () => {
  it('are forgotten by scanner and time, with an entry in the audit log', async () => {
    const [first, second] = [
      await scanned('clean', { scanner: 's1' }),
      await scanned('clean', { scanner: 's2' }),
    ];
    const forget = async (which: { scanner?: string; from?: string; until?: string }) =>
      forgetVerdicts(on.ledger.database, {
        ...which,
        changeId: await on.ledger.announced(ledgerRpc.forgetVerdicts, 'ada'),
      });
    const soon = new Date(Date.now() + 60_000).toISOString();
    expect(await forget({ scanner: 's1', from: soon })).toBe(0);
    expect(await isReused(repeatOf(first))).toBe(true);
    expect(await forget({ scanner: 's1', until: soon })).toBe(1);
    expect([await isReused(repeatOf(first)), await isReused(repeatOf(second))]).toEqual([false, true]);
    expect(await forget({})).toBe(1);
    expect(await isReused(repeatOf(second))).toBe(false);
    expect(
      await on.ledger.rows(
        `SELECT action, target, after FROM registry.audit WHERE actor = 'ada' ORDER BY id`,
      ),
    ).toMatchObject([
      { action: 'scan.forget-verdicts', target: 'verdicts of scanner s1', after: { forgotten: 0 } },
      { after: { forgotten: 1 } },
      { target: 'verdicts of all scanners', after: { forgotten: 1 } },
    ]);
  });

  it('go when their time is over, and are bounded in number', async () => {
    const old = await scanned('clean');
    await on.ledger.database.query(
      `UPDATE ledger.known_verdicts SET recorded_at = recorded_at - interval '2 hours' WHERE submission_id = $1`,
      [old.submissionId],
    );
    const [second, third] = [await scanned('clean'), await scanned('clean')];
    await new ExpireRecords(on.ledger.database).expire();
    const left = () => on.ledger.rows('SELECT submission_id FROM ledger.known_verdicts ORDER BY recorded_at');
    expect(await left()).toEqual([
      { submission_id: second.submissionId },
      { submission_id: third.submissionId },
    ]);
    await new ExpireRecords(on.ledger.database, 1).expire();
    expect(await left()).toEqual([{ submission_id: third.submissionId }]);
  });

  it('are one for each system, bytes and type, however often it was scanned', async () => {
    const first = await scanned('clean');
    await scanned('clean', {}, repeatOf(first, { takesDone: false }));
    const third = repeatOf(first, { takesDone: false, submissionId: randomUUID() });
    await scanned('infected', {}, third);
    expect(await on.ledger.rows('SELECT submission_id FROM ledger.known_verdicts')).toEqual([
      { submission_id: third.submissionId },
    ]);
  });
});
