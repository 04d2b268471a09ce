import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerFixture, type System } from '../testing/ledger-fixture.js';
import { RescanFixture } from '../testing/rescan-fixture.js';

let ledger: LedgerFixture;
let rescans: RescanFixture;
let system: System;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  rescans = new RescanFixture(ledger);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  await ledger.rows('DELETE FROM ledger.outbox');
  system = await ledger.addSystem();
});

const alerts = () =>
  ledger.rows<{ submission_id: string; state: string; rescanned: Record<string, unknown> | null }>(
    'SELECT submission_id, state, rescanned FROM ledger.alerts ORDER BY id',
  );
const outbox = async () => (await ledger.rows('SELECT alert_id FROM ledger.outbox')).length;
const shown = (item: { submissionId: string }) =>
  ledger.rows('SELECT state, shown_state FROM ledger.scans WHERE submission_id = $1', [item.submissionId]);
const audited = async () =>
  (await ledger.rows<{ action: string }>('SELECT action FROM registry.audit ORDER BY id')).map(
    (row) => row.action,
  );
const seal = () => ledger.rows('UPDATE ledger.kept_objects SET seal_at = NULL');

/** A wave about what decides now, in which this was kept before. */
async function waveWith(outcome: 'error' | 'infected', set = 'set-2') {
  const item = await rescans.scan(system, outcome, { decisionSet: 'set-1' });
  await rescans.turnOn(set);
  await rescans.advance();
  const [begun] = await rescans.begin();
  if (begun === undefined) throw new Error('nothing was scanned again');
  return { item, begun };
}

describe('a wave', () => {
  it('does not begin while the setting is off', async () => {
    await rescans.scan(system, 'error');
    await rescans.report('set-1');
    expect(await rescans.advance()).toBeUndefined();
  });

  it('scans each kept object once, ends, and is in the audit log', async () => {
    for (let n = 0; n < 3; n += 1) await rescans.scan(system, 'error');
    await rescans.scan(system, 'clean');
    await rescans.turnOn('set-1');
    expect(await rescans.advance()).toMatchObject({ objects: 3, end_reason: null });
    const begun = await rescans.begin();
    expect(begun).toHaveLength(3);
    for (const one of begun) await rescans.conclude(one, 'error');
    expect(await rescans.due()).toEqual([]);
    expect(await rescans.advance()).toMatchObject({ done: 3, unknown: 3, detected: 0, end_reason: 'done' });
    expect(await rescans.advance()).toMatchObject({ id: (await rescans.wave())?.id, end_reason: 'done' });
    expect(await audited()).toEqual(['rescan-wave.begin', 'rescan-wave.end']);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('leaves alone what was examined by the same set, and what is older than the window', async () => {
    await rescans.scan(system, 'infected', { decisionSet: 'set-1' });
    await rescans.scan(system, 'error');
    await ledger.rows(
      `UPDATE ledger.kept_objects SET kept_at = kept_at - interval '40 days' WHERE state = 'error'`,
    );
    await rescans.turnOn('set-1');
    expect(await rescans.advance()).toMatchObject({ objects: 0 });
    expect(await rescans.due()).toEqual([]);
    await ledger.set('rescanKeptDays', 60);
    await rescans.advance();
    expect(await rescans.due()).toHaveLength(1);
  });

  it('waits a minute for a new set to stay', async () => {
    await rescans.scan(system, 'error');
    await rescans.turnOn('set-1');
    await ledger.rows('UPDATE ledger.decision_sets SET first_seen_at = clock_timestamp()');
    expect(await rescans.advance()).toBeUndefined();
  });

  it('is overtaken by the next change: no object is on its way twice, what was left comes first', async () => {
    for (let n = 0; n < 4; n += 1) await rescans.scan(system, 'error');
    await rescans.turnOn('set-1', 2);
    await rescans.advance();
    const first = await rescans.begin();
    expect(first).toHaveLength(2);
    await rescans.conclude(first[0]!, 'error');
    await rescans.report('set-2');
    expect(await rescans.advance()).toMatchObject({ decision_set: 'set-2', objects: 4, done: 0 });
    const second = await rescans.begin();
    expect(second).toHaveLength(2);
    const [own] = second.filter((one) => one.submissionId !== first[1]!.submissionId);
    expect([first[0]!.objectKey, first[1]!.objectKey]).not.toContain(own?.objectKey);
    // Of the overtaken wave: no word of it counts.
    await rescans.conclude(first[1]!, 'clean', { decisionSet: 'set-1' });
    expect(await rescans.wave()).toMatchObject({ done: 0, cleared: 0 });
    const waves = await ledger.rows<{ end_reason: string | null }>(
      'SELECT end_reason FROM ledger.rescan_waves ORDER BY id',
    );
    expect(waves.map((one) => one.end_reason)).toEqual(['overtaken', null]);
  });

  it('of an older set begins only when no one has the newer one any more', async () => {
    await rescans.scan(system, 'error');
    await rescans.turnOn('set-1', 1);
    await rescans.report('set-2', { instance: 'scanner-2', signaturesAt: '2036-01-01T00:00:00Z' });
    expect(await rescans.advance()).toMatchObject({ decision_set: 'set-2' });
    await ledger.rows(
      `UPDATE ledger.instances SET seen_at = seen_at - interval '1 minute' WHERE instance = 'scanner-2'`,
    );
    expect(await rescans.advance()).toMatchObject({ decision_set: 'set-2', end_reason: null });
    expect(await rescans.due()).toEqual([]);
    await ledger.rows(
      `UPDATE ledger.instances SET seen_at = seen_at - interval '10 minutes' WHERE instance = 'scanner-2'`,
    );
    expect(await rescans.advance()).toMatchObject({ decision_set: 'set-1' });
  });

  it('is begun by what went back to the signatures of before, for what had the others', async () => {
    await rescans.scan(system, 'infected', { decisionSet: 'set-1' });
    const cured = await rescans.scan(system, 'infected', { decisionSet: 'set-2' });
    await rescans.report('set-1');
    await rescans.turnOn('set-2');
    await rescans.advance();
    await ledger.rows(
      `UPDATE ledger.decision_sets SET first_seen_at = first_seen_at - interval '1 day' WHERE decision_set = 'set-1'`,
    );
    await rescans.report('set-1');
    expect(await rescans.advance()).toMatchObject({ decision_set: 'set-1', objects: 1 });
    expect((await rescans.due()).map((one) => one.object_key)).toEqual([cured.objectKey]);
  });

  it('is stopped by the setting', async () => {
    await rescans.scan(system, 'error');
    await rescans.turnOn('set-1');
    await rescans.advance();
    await ledger.set('rescanKept', false);
    expect(await rescans.advance()).toMatchObject({ end_reason: 'stopped' });
    expect(await rescans.due()).toEqual([]);
  });
});

describe('a changed verdict', () => {
  it('raises one alert and one notification that says what it was before; what the caller was told stands', async () => {
    const { item, begun } = await waveWith('error');
    await rescans.conclude(begun, 'infected', { decisionSet: 'set-2' });
    await rescans.conclude(begun, 'infected', { decisionSet: 'set-2' });
    expect(await alerts()).toEqual([
      {
        submission_id: item.submissionId,
        state: 'new',
        rescanned: {
          state: 'detect',
          stateBefore: 'error',
          decisionSet: 'set-2',
          at: expect.any(String),
          scanner: 'scanner-1',
          submissionId: begun.submissionId,
          names: ['Test.Virus'],
        },
      },
    ]);
    expect(await outbox()).toBe(1);
    expect(await shown(item)).toEqual([{ state: 'error', shown_state: 'error' }]);
    expect(await rescans.wave()).toMatchObject({ done: 1, detected: 1 });
    expect(
      await ledger.rows(
        'SELECT sum(accepted)::integer AS accepted, sum(detect)::integer AS detect FROM ledger.minutes',
      ),
    ).toEqual([{ accepted: 1, detect: 0 }]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('of a detection says so on its alert, and closes nothing', async () => {
    const { item, begun } = await waveWith('infected');
    await rescans.conclude(begun, 'clean', { decisionSet: 'set-2' });
    expect(await alerts()).toMatchObject([
      {
        submission_id: item.submissionId,
        state: 'new',
        rescanned: { state: 'not detected', stateBefore: 'detect' },
      },
    ]);
    expect(await ledger.rows('SELECT operator, comment FROM ledger.alert_log')).toEqual([
      {
        operator: 'new signatures',
        comment: 'Scanned again with newer signatures: not detected, before detect.',
      },
    ]);
    expect(await outbox()).toBe(1);
    expect(await ledger.rows('SELECT state FROM ledger.kept_objects')).toEqual([{ state: 'detect' }]);
    expect(await rescans.wave()).toMatchObject({ cleared: 1 });
  });

  it('that comes back joins the alert there is, and opens it when it was closed', async () => {
    const { begun } = await waveWith('infected');
    await rescans.conclude(begun, 'clean', { decisionSet: 'set-2' });
    await ledger.rows(`UPDATE ledger.alerts SET state = 'closed', disposition = 'false-positive'`);
    await rescans.report('set-3');
    await rescans.advance();
    const [again] = await rescans.begin();
    await rescans.conclude(again!, 'infected', { decisionSet: 'set-3' });
    expect(await alerts()).toMatchObject([
      { state: 'new', rescanned: { state: 'detect', stateBefore: 'not detected' } },
    ]);
    expect(await outbox()).toBe(1);
  });

  it('is none where the same is found again: neither an alert, nor a longer retention', async () => {
    const { begun } = await waveWith('infected');
    const before = await ledger.rows('SELECT kept_until FROM ledger.kept_objects');
    await rescans.conclude(begun, 'infected', { decisionSet: 'set-2' });
    expect(await alerts()).toMatchObject([{ rescanned: null }]);
    expect(await outbox()).toBe(1);
    expect(await ledger.rows('SELECT kept_until FROM ledger.kept_objects')).toEqual(before);
  });
});

describe('unknown is never clean', () => {
  it.each([
    ['of a scanner with other signatures', { decisionSet: 'set-1' }],
    ['of a scanner that cannot say what decided', {}],
    ['with test signatures that are not allowed', { isTest: true }],
    ['with signatures that are too old today', { isOld: true }],
  ])('a clean %s changes nothing, and is tried three times in all', async (_, more) => {
    const { decisionSet, isTest, isOld } = { decisionSet: undefined, isTest: false, isOld: false, ...more };
    const { begun } = await waveWith('infected');
    const changes = {
      ...(isTest || isOld ? { decisionSet: 'set-2' } : decisionSet === undefined ? {} : { decisionSet }),
      engines: [
        {
          engine: 'clamav',
          technology: 'am' as const,
          version: '1.4',
          signaturesAt: isOld ? '2020-01-01T00:00:00Z' : new Date().toISOString(),
          isTestSignatures: isTest,
          outcome: 'clean' as const,
          reason: null,
          durationMs: 3,
        },
      ],
    };
    let next: typeof begun | undefined = begun;
    let scans = 0;
    for (; next !== undefined && scans < 10; scans += 1) {
      await rescans.conclude(next, 'clean', changes);
      [next] = await rescans.begin();
    }
    expect(scans).toBe(3);
    expect(await alerts()).toMatchObject([{ rescanned: null }]);
    expect(await rescans.wave()).toMatchObject({ done: 1, cleared: 0, unknown: 1 });
    expect(await rescans.advance()).toMatchObject({ end_reason: 'done' });
  });

  it('a policy that lets through what was not examined has no say', async () => {
    await ledger.choose(system, { encrypted: 'not detected' } as never);
    const { begun } = await waveWith('infected');
    await rescans.conclude(begun, 'error', { notExaminedReasons: ['encrypted'] } as never);
    expect(await ledger.rows('SELECT state FROM ledger.scans WHERE rescan_wave IS NOT NULL')).toEqual([
      { state: 'error' },
    ]);
    expect(await alerts()).toMatchObject([{ rescanned: null }]);
  });
});

describe('room', () => {
  it('is for as many as may be in flight, whoever asks', async () => {
    for (let n = 0; n < 6; n += 1) await rescans.scan(system, 'error');
    await rescans.turnOn('set-1', 2);
    await rescans.advance();
    const due = await ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.kept_objects');
    const { id: wave } = (await rescans.wave())!;
    const outcomes = await Promise.all(
      due.map(({ object_key: objectKey }) => rescans.kept.rescan({ objectKey, wave, dataKey: undefined })),
    );
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(2);
    expect(outcomes.filter((one) => one === 'conflict')).toHaveLength(4);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('is none while scans of others take more than half of the slots', async () => {
    await rescans.scan(system, 'error');
    await rescans.turnOn('set-1');
    await rescans.report('set-1', { slots: 2 });
    await rescans.advance();
    expect(await rescans.due()).toHaveLength(1);
    await ledger.rows(`UPDATE ledger.counters SET unfinished = 2 WHERE scope = 'all'`);
    expect(await rescans.due()).toEqual([]);
    await ledger.rows(`UPDATE ledger.counters SET unfinished = 0 WHERE scope = 'all'`);
  });

  it('does not hold up the wave where an object is gone or cannot be opened', async () => {
    await rescans.scan(system, 'error');
    await seal();
    await ledger.rows(`UPDATE ledger.kept_objects SET sealed_with = 'key'`);
    await rescans.turnOn('set-1');
    await rescans.advance();
    for (let n = 0; n < 3; n += 1) {
      const [one] = await rescans.due();
      expect(
        await rescans.kept.rescan({ objectKey: one!.object_key, wave: one!.wave, dataKey: undefined }),
      ).toBe('sealed');
    }
    expect(await rescans.advance()).toMatchObject({ unknown: 1, end_reason: 'done' });
  });

  it('is not taken from a wave by an object that went meanwhile', async () => {
    await rescans.scan(system, 'error');
    await rescans.turnOn('set-1');
    await rescans.advance();
    const [one] = await rescans.due();
    await ledger.rows('DELETE FROM ledger.kept_objects');
    expect(
      await rescans.kept.rescan({ objectKey: one!.object_key, wave: one!.wave, dataKey: undefined }),
    ).toBe('object-gone');
    expect(await rescans.advance()).toMatchObject({ end_reason: 'done' });
  });

  it('is there for an object whose scan is no longer in the ledger', async () => {
    const item = await rescans.scan(system, 'error');
    await ledger.rows('DELETE FROM ledger.scans');
    await rescans.turnOn('set-1');
    await rescans.advance();
    const [begun] = await rescans.begin();
    await rescans.conclude(begun!, 'infected', { decisionSet: 'set-1' });
    expect(await alerts()).toMatchObject([{ submission_id: item.submissionId }]);
  });
});
