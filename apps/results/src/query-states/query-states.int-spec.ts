import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScanState } from '@sluice/contracts';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { DeleteScans } from '../delete-scans/delete-scans.service.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { queryReport } from '../report-scans/report.query.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { queryStates } from './states.query.js';

let ledger: LedgerFixture;
let accepts: AcceptScans;
let records: RecordVerdicts;
let deletes: DeleteScans;
let system: System;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  accepts = new AcceptScans(ledger.database);
  records = new RecordVerdicts(ledger.database, () => undefined);
  deletes = new DeleteScans(ledger.database);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  system = await ledger.addSystem();
});

const add = async (scanId: string, outcome?: 'clean' | 'infected' | 'error' | 'timeout', instance = '') => {
  const item = itemOf(system, { scanId, instance });
  await accepts.accept([item]);
  if (outcome !== undefined) await records.record(prepareVerdict(verdictOf(item, outcome)));
  return item;
};
const ask = (
  states: ScanState[] | null = null,
  instance: string | null = null,
  limit = 100,
  after: string | null = null,
) =>
  queryStates(ledger.database.query, {
    registrationId: system.registrationId,
    states,
    instance,
    limit,
    after,
  });
const ids = async (...args: Parameters<typeof ask>) => (await ask(...args)).scans.map((one) => one.scanId);
const remove = (scanId: string, instance: string | null = null) =>
  deletes.delete([{ registrationId: system.registrationId, scanId, instance }]);

describe('the list of states', () => {
  it('is oldest first, filtered by state and instance', async () => {
    await add('1', 'infected');
    await add('2');
    await add('3', 'clean', 'b');
    await add('4', undefined, 'b');
    await add('5', 'timeout');
    expect(await ids()).toEqual(['1', '2', '3', '4', '5']);
    expect(await ids(['processing', 'detect'])).toEqual(['1', '2', '4']);
    expect(await ids(null, 'b')).toEqual(['3', '4']);
    expect(await ids(['processing'], 'b')).toEqual(['4']);
    expect(await ids(['error'])).toEqual([]);
    expect((await ask(['timeout'])).scans).toEqual([{ scanId: '5', state: 'timeout' }]);
  });

  it('pages through everything once', async () => {
    for (let n = 0; n < 7; n++) await add(String(n), n % 2 === 0 ? 'clean' : undefined);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await ask(null, null, 3, after);
      seen.push(...page.scans.map((one) => one.scanId));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  it('reads a page of one state among 50,000 rows from the index alone', async () => {
    await ledger.database.query(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
         state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at, finished_at)
       SELECT gen_random_uuid(), $1, 's', false, '', 'id' || n, true, CASE WHEN n % 1000 = 0 THEN 'processing' ELSE 'not detected' END,
         'not detected', 'k', 'h', 1, 'file', '[]', 'a', 'light', 1, now(), now(), now() FROM generate_series(1, 50000) n`,
      [system.registrationId],
    );
    await ledger.database.query('VACUUM ANALYZE ledger.scans');
    expect((await ask(['processing'])).scans).toHaveLength(50);
    const plan = await ledger.rows<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT seq, scan_id FROM ledger.scans WHERE registration_id = '${system.registrationId}' AND is_shown
         AND shown_state = 'processing' AND seq > 0 ORDER BY seq LIMIT 100`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Only Scan using scans_by_state/);
  });
});

describe('deleting', () => {
  it('hides a scan at once and for good, while its alert comes', async () => {
    const item = await add('1');
    expect(await remove('1')).toEqual([1]);
    expect(await remove('1')).toEqual([0]);
    await records.record(prepareVerdict(verdictOf(item, 'infected')));
    expect(await ids()).toEqual([]);
    expect(await ledger.rows('SELECT submission_id FROM ledger.alert_list')).toEqual([
      { submission_id: item.submissionId },
    ]);
  });

  it('covers every instance unless one is named', async () => {
    for (const instance of ['', 'a', 'b']) await add('1', 'clean', instance);
    expect(await remove('1', 'a')).toEqual([1]);
    expect(await remove('1')).toEqual([2]);
  });

  it('counts each item of a message by itself', async () => {
    await add('1');
    const request = (scanId: string) => ({ registrationId: system.registrationId, scanId, instance: null });
    expect(await deletes.delete([request('2'), request('1'), request('1')])).toEqual([0, 1, 0]);
  });

  it('does not touch another system', async () => {
    await add('1');
    const stranger = await ledger.addSystem();
    expect(
      await deletes.delete([{ registrationId: stranger.registrationId, scanId: '1', instance: null }]),
    ).toEqual([0]);
    await deletes.deleteAll(stranger.registrationId, null);
    expect(await ids()).toEqual(['1']);
  });

  it.each([
    [null, []],
    ['a', ['1', '3']],
  ])(
    'of everything of instance %s hides what was there, everywhere, and nothing later',
    async (instance, left) => {
      await add('1', 'clean');
      await add('2', 'infected', 'a');
      await add('3', undefined, 'b');
      await deletes.deleteAll(system.registrationId, instance);
      expect(await ids()).toEqual(left);
      expect(await ids(null, 'a')).toEqual([]);
      expect(
        await queryReport(ledger.database.query, {
          registrationId: system.registrationId,
          scanId: '2',
          instance: null,
        }),
      ).toBeNull();
      expect(await remove('2')).toEqual([0]);
      await add('2', undefined, 'a');
      expect(await ids(['processing'], 'a')).toEqual(['2']);
      await ledger.database.query('SELECT ledger.purge_watermarked(1000)');
      expect(await ids(['processing'], 'a')).toEqual(['2']);
      expect(await ids()).toEqual([...left, '2']);
    },
  );

  it('of everything is purged in bounded steps', async () => {
    for (let n = 0; n < 5; n++) await add(String(n), 'clean');
    await deletes.deleteAll(system.registrationId, null);
    const purged = [];
    for (let n = 0; n < 3; n++)
      purged.push((await ledger.rows<{ n: number }>('SELECT ledger.purge_watermarked(3) AS n'))[0]?.n);
    expect(purged).toEqual([3, 2, 0]);
    expect(await ledger.rows('SELECT FROM ledger.scans WHERE is_shown')).toEqual([]);
  });
});
