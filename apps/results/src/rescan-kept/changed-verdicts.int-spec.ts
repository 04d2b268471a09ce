import { describe, expect, it } from 'vitest';
import { useRescans } from '../testing/use-rescans.js';

const on = useRescans();
const { alerts } = on;
const outbox = async () => (await on.ledger.rows('SELECT alert_id FROM ledger.outbox')).length;
const shown = (item: { submissionId: string }) =>
  on.ledger.rows('SELECT state, shown_state FROM ledger.scans WHERE submission_id = $1', [item.submissionId]);

/** A wave about what decides now, in which this was kept before. */
async function waveWith(outcome: 'error' | 'infected', set = 'set-2') {
  const item = await on.rescans.scan(on.system, outcome, { decisionSet: 'set-1' });
  await on.rescans.turnOn(set);
  await on.rescans.advance();
  const [begun] = await on.rescans.begin();
  if (begun === undefined) throw new Error('nothing was scanned again');
  return { item, begun };
}

describe('a changed verdict', () => {
  it('raises one alert and one notification that says what it was before; what the caller was told stands', async () => {
    const { item, begun } = await waveWith('error');
    await on.rescans.conclude(begun, 'infected', { decisionSet: 'set-2' });
    await on.rescans.conclude(begun, 'infected', { decisionSet: 'set-2' });
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
    expect(await on.rescans.wave()).toMatchObject({ done: 1, detected: 1 });
    expect(
      await on.ledger.rows(
        'SELECT sum(accepted)::integer AS accepted, sum(detect)::integer AS detect FROM ledger.minutes',
      ),
    ).toEqual([{ accepted: 1, detect: 0 }]);
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('of a detection says so on its alert, and closes nothing', async () => {
    const { item, begun } = await waveWith('infected');
    await on.rescans.conclude(begun, 'clean', { decisionSet: 'set-2' });
    expect(await alerts()).toMatchObject([
      {
        submission_id: item.submissionId,
        state: 'new',
        rescanned: { state: 'not detected', stateBefore: 'detect' },
      },
    ]);
    expect(await on.ledger.rows('SELECT operator, comment FROM ledger.alert_log')).toEqual([
      {
        operator: 'new signatures',
        comment: 'Scanned again with newer signatures: not detected, before detect.',
      },
    ]);
    expect(await outbox()).toBe(1);
    expect(await on.ledger.rows('SELECT state FROM ledger.kept_objects')).toEqual([{ state: 'detect' }]);
    expect(await on.rescans.wave()).toMatchObject({ cleared: 1 });
  });

  it('that comes back joins the alert there is, and opens it when it was closed', async () => {
    const { begun } = await waveWith('infected');
    await on.rescans.conclude(begun, 'clean', { decisionSet: 'set-2' });
    await on.ledger.rows(`UPDATE ledger.alerts SET state = 'closed', disposition = 'false-positive'`);
    await on.rescans.report('set-3');
    await on.rescans.advance();
    const [again] = await on.rescans.begin();
    await on.rescans.conclude(again!, 'infected', { decisionSet: 'set-3' });
    expect(await alerts()).toMatchObject([
      { state: 'new', rescanned: { state: 'detect', stateBefore: 'not detected' } },
    ]);
    expect(await outbox()).toBe(1);
  });

  it('is none where the same is found again: neither an alert, nor a longer retention', async () => {
    const { begun } = await waveWith('infected');
    const before = await on.ledger.rows('SELECT kept_until FROM ledger.kept_objects');
    await on.rescans.conclude(begun, 'infected', { decisionSet: 'set-2' });
    expect(await alerts()).toMatchObject([{ rescanned: null }]);
    expect(await outbox()).toBe(1);
    expect(await on.ledger.rows('SELECT kept_until FROM ledger.kept_objects')).toEqual(before);
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
      await on.rescans.conclude(next, 'clean', changes);
      [next] = await on.rescans.begin();
    }
    expect(scans).toBe(3);
    expect(await alerts()).toMatchObject([{ rescanned: null }]);
    expect(await on.rescans.wave()).toMatchObject({ done: 1, cleared: 0, unknown: 1 });
    expect(await on.rescans.advance()).toMatchObject({ end_reason: 'done' });
  });

  it('a policy that lets through what was not examined has no say', async () => {
    await on.ledger.choose(on.system, { encrypted: 'not detected' } as never);
    const { begun } = await waveWith('infected');
    await on.rescans.conclude(begun, 'error', { notExaminedReasons: ['encrypted'] } as never);
    expect(await on.ledger.rows('SELECT state FROM ledger.scans WHERE rescan_wave IS NOT NULL')).toEqual([
      { state: 'error' },
    ]);
    expect(await alerts()).toMatchObject([{ rescanned: null }]);
  });
});
