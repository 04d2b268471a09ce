import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptItem, Verdict } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { CountBegins } from '../count-begins/count-begins.service.js';
import { queryDetects } from '../feed-alerts/detects.query.js';
import { queryReport } from '../report-scans/report.query.js';
import {
  itemOf,
  LedgerFixture,
  verdictOf,
  withSignaturesOf,
  type System,
} from '../testing/ledger-fixture.js';
import { prepareVerdict } from './prepare-verdict.js';
import { RecordVerdicts } from './record-verdicts.service.js';

let ledger: LedgerFixture;
let accepts: AcceptScans;
let records: RecordVerdicts;
let begins: CountBegins;
let system: System;
let item: AcceptItem;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(ledger.database);
  records = new RecordVerdicts(ledger.database, () => undefined);
  begins = new CountBegins(ledger.database, records);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  system = await ledger.addSystem();
  item = itemOf(system, { mailOrigin });
  await accepts.accept([item]);
});

const mailOrigin = {
  clientAddress: '198.51.100.7',
  clientName: 'out.example',
  helo: 'out.example',
  authenticatedUser: null,
  queueId: '4XyZ',
  messageId: null,
};
const record = (outcome: Verdict['outcome'], changes: Partial<Verdict> = {}) =>
  records.record(prepareVerdict(verdictOf(item, outcome, changes)));
const scan = async () =>
  (await ledger.rows('SELECT * FROM ledger.scan_list WHERE submission_id = $1', [item.submissionId]))[0] ??
  {};
const alerts = () => ledger.rows('SELECT * FROM ledger.alert_list ORDER BY id');
const report = () =>
  queryReport(ledger.database.query, {
    registrationId: system.registrationId,
    scanId: item.scanId ?? '',
    instance: null,
  });

describe('a conclusive verdict', () => {
  it('ends the scan once: the first one wins', async () => {
    expect(await record('clean')).toMatchObject({ state: 'not detected', isObjectDone: true });
    expect(await record('infected')).toBeNull();
    expect(await scan()).toMatchObject({ state: 'not detected', attempts: 1, has_object: false });
    expect(await alerts()).toEqual([]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  const engine = verdictOf({ submissionId: '', sha256: '' }, 'clean').engines[0]!;
  it.each([
    ['without the hash of the object', { object: null }],
    ['without any engine', { engines: [] }],
    [
      'by the inspector and a list alone',
      { engines: ['inspector', 'hash-list'].map((name) => ({ ...engine, engine: name })) },
    ],
    ['beside an engine that failed', { engines: [engine, { ...engine, outcome: 'failed' as const }] }],
    [
      'beside a place that was not seen',
      { notExamined: [{ path: ['a'], engine: 'clamav', reason: 'encrypted' as const }], notExaminedTotal: 1 },
    ],
    ['beside places that were counted and not listed', { notExaminedTotal: 3 }],
  ])('that says clean %s is an error', async (_title, changes) => {
    expect(await record('clean', changes)).toMatchObject({ state: 'error' });
    expect(await report()).toMatchObject({ reason: 'unproven' });
  });

  it('that says clean of an object whose every detection is excused is believed', async () => {
    expect(await record('clean', { engines: [{ ...engine, outcome: 'excused' }] })).toMatchObject({
      state: 'not detected',
    });
  });

  it('keeps what was not seen, for the report and for the alert', async () => {
    const notExamined = [{ path: ['a.zip', 'b'], engine: 'inspector', reason: 'encrypted' as const }];
    await record('infected', { notExamined, notExaminedTotal: 7 });
    expect(await report()).toMatchObject({
      notExamined,
      notExaminedTotal: 7,
    });
    expect(await alerts()).toEqual([
      expect.objectContaining({ not_examined: notExamined, not_examined_total: 7 }),
    ]);
  });

  it('wins once among many at the same time', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => record(index % 2 === 0 ? 'clean' : 'infected')),
    );
    expect(outcomes.filter((one) => one !== null)).toHaveLength(1);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('of a detection raises one alert with everything about it and keeps the object', async () => {
    const { engines } = withSignaturesOf('2026-11-21T01:02:03Z', verdictOf(item, 'infected'));
    expect(await record('infected', { engines })).toMatchObject({ state: 'detect', isObjectDone: false });
    await record('infected');
    expect(await alerts()).toEqual([
      expect.objectContaining({
        submission_id: item.submissionId,
        sensor_id: system.sensorId,
        importance: 'high',
        state: 'new',
        technology: 'am',
        names: ['Test.Virus'],
        database_version: 202611210102,
        sha256: item.sha256,
        has_object: true,
        mail_origin: mailOrigin,
      }),
    ]);
    expect(await scan()).toMatchObject({ state: 'detect', has_object: true });
  });

  it('of other bytes than the scan was accepted with ends in error, without an alert', async () => {
    const other = {
      md5: '0'.repeat(32),
      sha1: '0'.repeat(40),
      sha256: 'e'.repeat(64),
      detectedType: 'x/y',
      mail: null,
    };
    await record('infected', { object: other });
    expect(await scan()).toMatchObject({ state: 'error', reason: 'object-altered' });
    expect(await alerts()).toEqual([]);
  });

  it('that contradicts itself is read as the worse of what it says', async () => {
    await record('clean', { detectionsTotal: 3 });
    expect(await scan()).toMatchObject({ state: 'detect', detections_total: 3 });
  });

  it('is what the report says', async () => {
    await record('error', { reason: 'encrypted', reasonText: 'a part is encrypted' });
    expect(await report()).toMatchObject({
      scanId: item.scanId,
      sensorInstanceId: null,
      state: 'error',
      reason: 'encrypted',
      reasonText: 'a part is encrypted',
      attempts: 1,
      object: { name: 'a.bin', size: 1000, sha256: item.sha256, type: 'application/zip' },
      engines: [{ engine: 'clamav' }],
    });
  });

  it('keeps nothing when quarantineRetentionDays is 0', async () => {
    await ledger.set('quarantineRetentionDays', 0);
    expect(await record('infected')).toMatchObject({ isObjectDone: true });
  });

  it('whose data the database refuses is told apart from its neighbours', async () => {
    const items = Array.from({ length: 20 }, () => itemOf(system));
    await accepts.accept(items);
    const outcomes = await Promise.all(
      items.map((one, index) =>
        records.record(
          prepareVerdict(verdictOf(one, 'clean', index === 7 ? { reasonText: 'a\u0000b' } : {})),
        ),
      ),
    );
    expect(
      outcomes.map((one, index) => (one === 'refused' ? index : null)).filter((one) => one !== null),
    ).toEqual([7]);
    expect(outcomes.filter((one) => one !== null && one !== 'refused')).toHaveLength(19);
  });

  it('of an unknown submission changes nothing', async () => {
    item = itemOf(system);
    expect(await record('infected')).toBeNull();
    expect(await alerts()).toEqual([]);
  });
});

describe('a failed attempt', () => {
  const secondsOf = async (sql: string, values: unknown[] = []) =>
    (await ledger.rows<{ s: number }>(`SELECT extract(epoch FROM ${sql})::float8 AS s`, values))[0]?.s ?? 0;
  const dueAt = () =>
    secondsOf('(SELECT not_before FROM ledger.scans WHERE submission_id = $1)', [item.submissionId]);
  const attempt = (number: number) =>
    record('failed-attempt', { reason: 'engine-failed', startedAt: new Date(number * 1000).toISOString() });

  it('is tried again after 5 s, 30 s and 2 min, and the fourth ends in error as a failed job', async () => {
    for (const [index, delay] of [5, 30, 120].entries()) {
      const before = await secondsOf('clock_timestamp()');
      expect(await attempt(index)).toMatchObject({ state: 'processing', isObjectDone: false });
      const after = await secondsOf('clock_timestamp()');
      // However long it took to write that down.
      expect(await dueAt()).toBeGreaterThanOrEqual(before + delay);
      expect(await dueAt()).toBeLessThanOrEqual(after + delay);
    }
    expect(await attempt(3)).toMatchObject({ state: 'error' });
    expect(await scan()).toMatchObject({ state: 'error', reason: 'too-many-attempts', attempts: 4 });
    expect(await ledger.rows('SELECT * FROM ledger.failed_job_list')).toEqual([
      expect.objectContaining({
        kind: 'scan',
        submission_id: item.submissionId,
        reason: 'too-many-attempts',
        can_retry: true,
      }),
    ]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('is counted once, however often its message comes', async () => {
    await attempt(1);
    expect(await attempt(1)).toBeNull();
    expect(await scan()).toMatchObject({ attempts: 1 });
  });

  it('loses to a conclusive verdict, in the same batch too', async () => {
    await Promise.all([record('clean', { scanner: 'other' }), attempt(1), record('infected'), attempt(2)]);
    expect(['not detected', 'detect']).toContain((await scan())['state']);
  });
});

describe('begins', () => {
  it('go, then alone, and the sixth ends the scan in error', async () => {
    const answers = [];
    for (let n = 0; n < 7; n++) answers.push((await begins.begin(item.submissionId)).decision);
    expect(answers).toEqual(['go', 'go-alone', 'go-alone', 'go-alone', 'go-alone', 'drop', 'drop']);
    expect(await scan()).toMatchObject({ state: 'error', reason: 'too-many-begins', begins: 6 });
    expect(await ledger.rows('SELECT reason FROM ledger.failed_job_list')).toEqual([
      { reason: 'too-many-begins' },
    ]);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('of a finished scan are dropped', async () => {
    await record('clean');
    expect(await begins.begin(item.submissionId)).toEqual({ decision: 'drop', begins: 0 });
  });
});

describe('the alerts feed', () => {
  const detects = (of: System, afterId = 0, limit = 1000, types: ('am' | 'yara')[] | null = null) =>
    queryDetects(ledger.database.query, { registrationId: of.registrationId, types, limit, afterId });
  const detection = async (of: System, technology: 'am' | 'yara' = 'am') => {
    item = itemOf(of);
    await accepts.accept([item]);
    await record('infected', { detections: [{ engine: 'e', technology, name: 'N', path: [] }] });
  };

  it('gives each system what its registration allows', async () => {
    const [own, all, none] = [
      system,
      await ledger.addSystem({ alertsFeed: 'all' }),
      await ledger.addSystem({ alertsFeed: 'none' }),
    ];
    for (const one of [own, all, none]) await detection(one);
    expect((await detects(own)).detects).toHaveLength(1);
    expect((await detects(all)).detects).toHaveLength(3);
    expect((await detects(none)).detects).toEqual([]);
  });

  it('tells whom a mail was sent to blindly to its own system alone', async () => {
    const other = await ledger.addSystem({ alertsFeed: 'all' });
    await detection(system);
    await ledger.rows(
      `UPDATE ledger.alerts SET is_mail = true, rcpt_to = '["named@example.org", "blind@example.org"]',
         mail = '{"to": ["Named@example.org"], "cc": []}'`,
    );
    const recipients = async (of: System) => (await detects(of)).detects.map((one) => one['details']);
    expect(await recipients(system)).toMatchObject([
      { recipients: ['named@example.org', 'blind@example.org'] },
    ]);
    expect(await recipients(other)).toMatchObject([{ recipients: ['named@example.org'] }]);
  });

  it('pages without skipping or repeating, and steps over what a filter left out', async () => {
    for (const technology of ['am', 'yara', 'am', 'am', 'yara'] as const) await detection(system, technology);
    const first = await detects(system, 0, 2, ['am']);
    const second = await detects(system, first.lastId, 2, ['am']);
    const ids = [...first.detects, ...second.detects].map((one) => one['alertID']);
    expect(new Set(ids).size).toBe(3);
    const newest = Number((await ledger.rows('SELECT max(id) AS id FROM ledger.alert_list'))[0]?.['id']);
    expect(second.lastId).toBe(newest);
    expect(await detects(system, newest)).toEqual({ detects: [], lastId: newest });
  });
});
