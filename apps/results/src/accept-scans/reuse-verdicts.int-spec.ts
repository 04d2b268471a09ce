import { describe, expect, it } from 'vitest';
import type { AcceptItem, Verdict } from '@sluice/contracts';
import { itemOf, verdictOf } from '../testing/ledger-fixture.js';
import { useKnownVerdicts } from '../testing/use-known-verdicts.js';

const on = useKnownVerdicts();
const { accept, examined, scanned, repeatOf, isReused, report } = on;

describe('the same bytes again', () => {
  it('get the verdict in the accept, with a report, statistics and counters of their own', async () => {
    const first = await scanned('clean');
    const repeat = repeatOf(first);
    expect(await isReused(repeat)).toBe(true);
    const [original, told] = [await report(first), await report(repeat)];
    expect(original).toMatchObject({ state: 'not detected', reused: null });
    expect(told).toMatchObject({
      state: 'not detected',
      reused: { examinedAt: original?.times.finished },
      engines: original?.engines,
      object: { type: 'application/zip', md5: '0'.repeat(32) },
      attempts: 0,
    });
    expect(Date.parse(told?.times.finished ?? '')).toBeGreaterThanOrEqual(
      Date.parse(told?.times.accepted ?? ''),
    );
    expect(on.afterwards).toEqual([
      expect.objectContaining({
        submissionId: repeat.submissionId,
        state: 'not detected',
        isObjectDone: true,
      }),
    ]);
    expect(
      await on.ledger.rows(
        'SELECT sum(accepted) AS accepted, sum(not_detected) AS clean FROM ledger.minutes',
      ),
    ).toEqual([{ accepted: 2, clean: 2 }]);
    expect(await on.ledger.counterErrors()).toEqual([]);
  });

  it('raise an alert of their own, which says so, and keep their object', async () => {
    const first = await scanned('infected');
    const repeat = repeatOf(first);
    expect(await isReused(repeat)).toBe(true);
    const alerts = await on.ledger.rows(
      'SELECT submission_id, reused_of, importance, technologies, detections FROM ledger.alert_list ORDER BY id',
    );
    expect(alerts).toMatchObject([
      { submission_id: first.submissionId, reused_of: null },
      { submission_id: repeat.submissionId, reused_of: first.submissionId },
    ]);
    expect(alerts[1]).toMatchObject({
      importance: 'high',
      technologies: ['am'],
      detections: alerts[0]?.['detections'],
    });
    expect(await on.ledger.rows('SELECT object_key FROM ledger.kept_objects ORDER BY seq')).toEqual([
      { object_key: first.objectKey },
      { object_key: repeat.objectKey },
    ]);
    expect(on.afterwards).toMatchObject([{ state: 'detect', isObjectDone: false }]);
  });

  it('are answered alike when the request comes twice, and when it is only asked about', async () => {
    const first = await scanned('clean');
    const repeat = repeatOf(first);
    const answer = await accept(repeat);
    expect(await accept(repeat)).toEqual(answer);
    expect(await accept({ ...repeat, onlyIfKnown: true })).toEqual(answer);
    expect(on.afterwards).toHaveLength(1);
  });

  it('hit many in one message, beside what is new', async () => {
    const first = await scanned('clean');
    const items = [repeatOf(first), itemOf(on.system), repeatOf(first)];
    const answers = await on.accepts.accept(items);
    expect(answers.map((one) => one.outcome === 'accepted' && one.isDone === true)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('join what shares their scanId: all of it is told when all is done, and the worst', async () => {
    const known = await scanned('clean');
    const open = itemOf(on.system);
    await accept(open);
    const repeat = repeatOf(known, { scanId: open.scanId });
    expect(await isReused(repeat)).toBe(true);
    expect(await report(open)).toMatchObject({ state: 'processing' });
    await examined(open, 'infected');
    expect(await report(open)).toMatchObject({ state: 'detect' });
  });
});

describe('a verdict is not told again', () => {
  it.each<[string, (first: AcceptItem) => Partial<AcceptItem>]>([
    ['another type', () => ({ objectType: 'email' })],
    ['other bytes', () => ({ sha256: 'e'.repeat(64) })],
    ['passwords of the caller', () => ({ passwordsMark: 'a'.repeat(32) })],
    ['a gateway that does not know of it', () => ({ takesDone: false })],
  ])('to %s', async (_what, changes) => {
    const first = await scanned('clean');
    expect(await isReused(repeatOf(first, changes(first)))).toBe(false);
    expect(await isReused(repeatOf(first))).toBe(true);
  });

  const engine = verdictOf({ submissionId: '', sha256: '' }, 'clean')
    .engines[0] as Verdict['engines'][number];
  it.each<[string, Verdict['outcome'], Partial<Verdict>]>([
    ['an error', 'error', {}],
    ['a timeout', 'timeout', { reason: 'engine-timeout' }],
    ['a scan that cannot say what decided', 'clean', { decisionSet: undefined }],
    ['a detection with a part that was not seen', 'infected', { notExaminedTotal: 1 }],
    [
      'a detection before which an engine failed',
      'infected',
      { engines: [{ ...engine, outcome: 'failed' }] },
    ],
    [
      'a detection beside what an engine could not see',
      'infected',
      { engines: [engine, { ...engine, outcome: 'unscannable' }] },
    ],
    [
      'bytes that were exchanged',
      'clean',
      {
        object: {
          md5: '0'.repeat(32),
          sha1: '0'.repeat(40),
          sha256: 'e'.repeat(64),
          detectedType: 'x/y',
          mail: null,
        },
      },
    ],
    ['a clean that no engine for content said', 'clean', { engines: [{ ...engine, engine: 'hash-list' }] }],
  ])('of %s', async (_what, outcome, changes) => {
    const first = await scanned(outcome, changes);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('when passwords of its caller took part', async () => {
    const first = await scanned('clean', {}, itemOf(on.system, { passwordsMark: 'a'.repeat(32) }));
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('when a policy made it', async () => {
    await on.ledger.choose(on.system, { encrypted: 'not detected' });
    const first = await scanned('error', {
      notExaminedReasons: ['encrypted'],
      notExaminedTotal: 1,
      notExamined: [{ path: [], engine: 'clamav', reason: 'encrypted' }],
    });
    expect(await report(first)).toMatchObject({ state: 'not detected', policyApplied: {} });
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('after a later scan of the same bytes ended otherwise', async () => {
    const first = await scanned('clean');
    const second = repeatOf(first, { takesDone: false });
    await scanned('infected', { notExaminedTotal: 1 }, second);
    expect(await isReused(repeatOf(first))).toBe(false);
  });

  it('beyond reuseVerdictsMinutes, and never when that is 0', async () => {
    const first = await scanned('clean');
    await on.ledger.database.query(
      `UPDATE ledger.known_verdicts SET recorded_at = recorded_at - interval '61 minutes'`,
    );
    expect(await isReused(repeatOf(first))).toBe(false);
    await on.ledger.set('reuseVerdictsMinutes', 62);
    expect(await isReused(repeatOf(first))).toBe(true);
    await on.ledger.set('reuseVerdictsMinutes', 0);
    expect(await isReused(repeatOf(first))).toBe(false);
    await scanned('clean');
    expect(await on.ledger.rows('SELECT count(*) AS n FROM ledger.known_verdicts')).toEqual([{ n: 1 }]);
  });

  it('by a pair that is not accepted any more, nor beyond a limit', async () => {
    const first = await scanned('clean');
    await on.ledger.set('maxConcurrentScans', 1);
    await accept(itemOf(on.system));
    expect(await accept(repeatOf(first))).toMatchObject({ outcome: 'limit' });
    await on.ledger.database.query(`UPDATE registry.certificates SET state = 'rejected'`);
    expect(await accept(repeatOf(first))).toEqual({ outcome: 'not-accepted' });
  });
});
