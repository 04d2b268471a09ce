import { describe, expect, it } from 'vitest';
import { useRescans } from '../testing/use-rescans.js';

const on = useRescans();
const { alerts } = on;

const audited = async () =>
  (await on.ledger.rows<{ action: string }>('SELECT action FROM registry.audit ORDER BY id')).map(
    (row) => row.action,
  );
const seal = () => on.ledger.rows('UPDATE ledger.kept_objects SET seal_at = NULL');

describe('a wave', () => {
  it('does not begin while the setting is off', async () => {
    await on.rescans.scan(on.system, 'error');
    await on.rescans.report('set-1');
    expect(await on.rescans.advance()).toBeUndefined();
  });

  it('scans each kept object once, ends, and is in the audit log', async () => {
    for (let n = 0; n < 3; n += 1) await on.rescans.scan(on.system, 'error');
    await on.rescans.scan(on.system, 'clean');
    await on.rescans.turnOn('set-1');
    expect(await on.rescans.advance()).toMatchObject({ objects: 3, end_reason: null });
    const begun = await on.rescans.begin();
    expect(begun).toHaveLength(3);
    for (const one of begun) await on.rescans.conclude(one, 'error');
    expect(await on.rescans.due()).toEqual([]);
    expect(await on.rescans.advance()).toMatchObject({
      done: 3,
      unknown: 3,
      detected: 0,
      end_reason: 'done',
    });
    expect(await on.rescans.advance()).toMatchObject({
      id: (await on.rescans.wave())?.id,
      end_reason: 'done',
    });
    expect(await audited()).toEqual(['rescan-wave.begin', 'rescan-wave.end']);
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('leaves alone what was examined by the same set, and what is older than the window', async () => {
    await on.rescans.scan(on.system, 'infected', { decisionSet: 'set-1' });
    await on.rescans.scan(on.system, 'error');
    await on.ledger.rows(
      `UPDATE ledger.kept_objects SET kept_at = kept_at - interval '40 days' WHERE state = 'error'`,
    );
    await on.rescans.turnOn('set-1');
    expect(await on.rescans.advance()).toMatchObject({ objects: 0 });
    expect(await on.rescans.due()).toEqual([]);
    await on.ledger.set('rescanKeptDays', 60);
    await on.rescans.advance();
    expect(await on.rescans.due()).toHaveLength(1);
  });

  it('waits a minute for a new set to stay', async () => {
    await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1');
    await on.ledger.rows('UPDATE ledger.decision_sets SET first_seen_at = clock_timestamp()');
    expect(await on.rescans.advance()).toBeUndefined();
  });

  it('is overtaken by the next change: no object is on its way twice, what was left comes first', async () => {
    for (let n = 0; n < 4; n += 1) await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1', 2);
    await on.rescans.advance();
    const first = await on.rescans.begin();
    expect(first).toHaveLength(2);
    await on.rescans.conclude(first[0]!, 'error');
    await on.rescans.report('set-2');
    expect(await on.rescans.advance()).toMatchObject({ decision_set: 'set-2', objects: 4, done: 0 });
    const second = await on.rescans.begin();
    expect(second).toHaveLength(2);
    const [own] = second.filter((one) => one.submissionId !== first[1]!.submissionId);
    expect([first[0]!.objectKey, first[1]!.objectKey]).not.toContain(own?.objectKey);
    // Of the overtaken wave: no word of it counts.
    await on.rescans.conclude(first[1]!, 'clean', { decisionSet: 'set-1' });
    expect(await on.rescans.wave()).toMatchObject({ done: 0, cleared: 0 });
    const waves = await on.ledger.rows<{ end_reason: string | null }>(
      'SELECT end_reason FROM ledger.rescan_waves ORDER BY id',
    );
    expect(waves.map((one) => one.end_reason)).toEqual(['overtaken', null]);
  });

  it('of an older set begins only when no one has the newer one any more', async () => {
    await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1', 1);
    await on.rescans.report('set-2', { instance: 'scanner-2', signaturesAt: '2036-01-01T00:00:00Z' });
    expect(await on.rescans.advance()).toMatchObject({ decision_set: 'set-2' });
    await on.ledger.rows(
      `UPDATE ledger.instances SET seen_at = seen_at - interval '1 minute' WHERE instance = 'scanner-2'`,
    );
    expect(await on.rescans.advance()).toMatchObject({ decision_set: 'set-2', end_reason: null });
    expect(await on.rescans.due()).toEqual([]);
    await on.ledger.rows(
      `UPDATE ledger.instances SET seen_at = seen_at - interval '10 minutes' WHERE instance = 'scanner-2'`,
    );
    expect(await on.rescans.advance()).toMatchObject({ decision_set: 'set-1' });
  });

  it('is begun by what went back to the signatures of before, for what had the others', async () => {
    await on.rescans.scan(on.system, 'infected', { decisionSet: 'set-1' });
    const cured = await on.rescans.scan(on.system, 'infected', { decisionSet: 'set-2' });
    await on.rescans.report('set-1');
    await on.rescans.turnOn('set-2');
    await on.rescans.advance();
    await on.ledger.rows(
      `UPDATE ledger.decision_sets SET first_seen_at = first_seen_at - interval '1 day' WHERE decision_set = 'set-1'`,
    );
    await on.rescans.report('set-1');
    expect(await on.rescans.advance()).toMatchObject({ decision_set: 'set-1', objects: 1 });
    expect((await on.rescans.due()).map((one) => one.object_key)).toEqual([cured.objectKey]);
  });

  it('is stopped by the setting', async () => {
    await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1');
    await on.rescans.advance();
    await on.ledger.set('rescanKept', false);
    expect(await on.rescans.advance()).toMatchObject({ end_reason: 'stopped' });
    expect(await on.rescans.due()).toEqual([]);
  });
});

describe('room', () => {
  it('is for as many as may be in flight, whoever asks', async () => {
    for (let n = 0; n < 6; n += 1) await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1', 2);
    await on.rescans.advance();
    const due = await on.ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.kept_objects');
    const { id: wave } = (await on.rescans.wave())!;
    const outcomes = await Promise.all(
      due.map(({ object_key: objectKey }) => on.rescans.kept.rescan({ objectKey, wave, dataKey: undefined })),
    );
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(2);
    expect(outcomes.filter((one) => one === 'conflict')).toHaveLength(4);
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('is none while scans of others take more than half of the slots', async () => {
    await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1');
    await on.rescans.report('set-1', { slots: 2 });
    await on.rescans.advance();
    expect(await on.rescans.due()).toHaveLength(1);
    await on.ledger.rows(`UPDATE ledger.counters SET unfinished = 2 WHERE scope = 'all'`);
    expect(await on.rescans.due()).toEqual([]);
    await on.ledger.rows(`UPDATE ledger.counters SET unfinished = 0 WHERE scope = 'all'`);
  });

  it('does not hold up the wave where an object is gone or cannot be opened', async () => {
    await on.rescans.scan(on.system, 'error');
    await seal();
    await on.ledger.rows(`UPDATE ledger.kept_objects SET sealed_with = 'key'`);
    await on.rescans.turnOn('set-1');
    await on.rescans.advance();
    for (let n = 0; n < 3; n += 1) {
      const [one] = await on.rescans.due();
      expect(
        await on.rescans.kept.rescan({ objectKey: one!.object_key, wave: one!.wave, dataKey: undefined }),
      ).toBe('sealed');
    }
    expect(await on.rescans.advance()).toMatchObject({ unknown: 1, end_reason: 'done' });
  });

  it('is not taken from a wave by an object that went meanwhile', async () => {
    await on.rescans.scan(on.system, 'error');
    await on.rescans.turnOn('set-1');
    await on.rescans.advance();
    const [one] = await on.rescans.due();
    await on.ledger.rows('DELETE FROM ledger.kept_objects');
    expect(
      await on.rescans.kept.rescan({ objectKey: one!.object_key, wave: one!.wave, dataKey: undefined }),
    ).toBe('object-gone');
    expect(await on.rescans.advance()).toMatchObject({ end_reason: 'done' });
  });

  it('is there for an object whose scan is no longer in the ledger', async () => {
    const item = await on.rescans.scan(on.system, 'error');
    await on.ledger.rows('DELETE FROM ledger.scans');
    await on.rescans.turnOn('set-1');
    await on.rescans.advance();
    const [begun] = await on.rescans.begin();
    await on.rescans.conclude(begun!, 'infected', { decisionSet: 'set-1' });
    expect(await alerts()).toMatchObject([{ submission_id: item.submissionId }]);
  });
});
