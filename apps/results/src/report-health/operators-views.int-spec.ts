import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '@sluice/database';
import { migrate } from '@sluice/schema';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { noteStatuses } from '../collect-status/collect-status.consumer.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { itemOf, LedgerFixture, verdictOf } from '../testing/ledger-fixture.js';

let ledger: LedgerFixture;
/** The role operators' pages read with. */
let asConsole: Database;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  await migrate(ledger.url, { consolePassword: 'for-the-test' });
  const url = Object.assign(new URL(ledger.url), { username: 'sluice_console', password: 'for-the-test' });
  asConsole = createDatabase({
    url: url.href,
    poolSize: 2,
    queryTimeoutMs: 20_000,
    logger: { warn: () => undefined },
  });
});
afterAll(async () => {
  await asConsole.end();
  await ledger.close();
});
beforeEach(() => ledger.clear());

const read = async (sql: string) => (await asConsole.query(sql)).rows;

describe('what the console may read', () => {
  it('is every view and no table', async () => {
    const views = await ledger.rows<{ viewname: string }>(
      `SELECT viewname FROM pg_views WHERE schemaname = 'ledger'`,
    );
    expect(views.map((one) => one.viewname).sort()).toEqual([
      'alert_changes',
      'alert_list',
      'failed_job_list',
      'held_mail',
      'instance_list',
      'quarantine_list',
      'queue_depths',
      'rescan_due',
      'rescan_wave_list',
      'scan_list',
      'scans_per_minute',
      'unfinished_scans',
      'verdict_times',
    ]);
    for (const { viewname } of views) await read(`SELECT * FROM ledger.${viewname}`);
    for (const table of ['scans', 'alerts', 'counters', 'watermarks'])
      await expect(read(`SELECT * FROM ledger.${table}`)).rejects.toMatchObject({ sqlState: '42501' });
    await expect(read(`SELECT ledger.delete_all_scans(gen_random_uuid(), NULL)`)).rejects.toMatchObject({
      sqlState: '42501',
    });
  });

  it('counts scans by minute and tells times to verdict by type', async () => {
    const [system, mail] = [await ledger.addSystem(), await ledger.addSystem({ type: 'mail' })];
    const records = new RecordVerdicts(ledger.database, () => undefined);
    const items = [...Array.from({ length: 20 }, () => itemOf(system)), itemOf(mail)];
    await new AcceptScans(ledger.database).accept(items);
    for (const [index, item] of items.entries()) {
      // 19 of them took two seconds, the last one a minute.
      await ledger.age(item.submissionId, index === 0 ? '60 seconds' : '2 seconds');
      await records.record(prepareVerdict(verdictOf(item, index === 0 ? 'infected' : 'clean')));
    }
    const rows = await read(
      `SELECT * FROM ledger.time_series(now() - interval '1 hour', now() + interval '1 hour', interval '2 hours')`,
    );
    expect(rows).toEqual([
      expect.objectContaining({
        type: 'mail',
        accepted: 1,
        detect: 0,
        not_detected: 1,
        timeout: 0,
        error: 0,
      }),
      expect.objectContaining({ type: 'other', accepted: 20, detect: 1, not_detected: 19 }),
    ]);
    const other = rows[1] as { p50_ms: number; p95_ms: number };
    expect(other.p50_ms).toBeGreaterThan(1500);
    expect(other.p95_ms).toBeLessThan(59_000);
  });

  it('tells how deep and how old the queues are', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    const other = await ledger.addSystem();
    const items = [itemOf(mail), itemOf(mail), itemOf(other), itemOf(other, { sizeBytes: 1e9 })];
    await new AcceptScans(ledger.database).accept(items);
    await ledger.age(items[0]?.submissionId ?? '', '1 hour');
    const depths = await read('SELECT * FROM ledger.queue_depths ORDER BY queue');
    expect(depths).toEqual([
      expect.objectContaining({ queue: 'heavy', priority: 1, unfinished: 1, delayed: 0 }),
      expect.objectContaining({ queue: 'light', priority: 1, unfinished: 1, last_wait_seconds: null }),
      expect.objectContaining({ queue: 'mail', priority: 5, unfinished: 2, last_wait_seconds: null }),
    ]);
    expect(Number(depths[2]?.['oldest_age_seconds'])).toBeGreaterThanOrEqual(3600);
  });

  it('has the last report of each instance', async () => {
    const status = {
      v: 1 as const,
      service: 'gateway' as const,
      instance: 'g1',
      version: '1',
      startedAt: '2026-01-01T00:00:00Z',
      isReady: false,
      problems: ['broker: away'],
      engines: [],
      busySlots: 0,
      slots: 0,
      decisionSet: null,
      registryRevision: null,
      readsSharedKeys: true,
      certificateFingerprint: 'a'.repeat(64),
      certificateNotAfter: '2027-01-01T00:00:00Z',
      isLoopback: true,
    };
    await noteStatuses(ledger.database, [status, { ...status, instance: 'g2', isReady: true }]);
    // Of several of one instance the last one counts.
    await noteStatuses(ledger.database, [{ ...status, isReady: true }, status]);
    expect(await read('SELECT * FROM ledger.instance_list ORDER BY instance')).toEqual([
      expect.objectContaining({
        service: 'gateway',
        instance: 'g1',
        is_ready: false,
        problems: ['broker: away'],
        certificate_not_after: new Date('2027-01-01T00:00:00Z'),
        is_loopback: true,
      }),
      expect.objectContaining({ instance: 'g2', is_ready: true }),
    ]);
  });
});
