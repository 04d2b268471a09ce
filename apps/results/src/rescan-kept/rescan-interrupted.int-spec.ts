import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { until } from '@sluice/timing';
import { admissionDefaults, priorities } from '../accept-scans/accept-scans.query.js';
import { KeepObjects } from '../keep-objects/keep-objects.service.js';
import { RetryScans } from '../retry-scans/retry-scans.service.js';
import { LedgerFixture, type System } from '../testing/ledger-fixture.js';
import { RecordingBroker } from '../testing/recording-broker.js';
import { RescanFixture, type Begun } from '../testing/rescan-fixture.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
let ledger: LedgerFixture;
let rescans: RescanFixture;
let system: System;
let removed: string[];
let objects: KeepObjects;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  rescans = new RescanFixture(ledger);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  system = await ledger.addSystem();
  removed = [];
  const store = {
    delete: async (key: string) => void removed.push(key),
    deleteSealed: async () => undefined,
  };
  objects = new KeepObjects(ledger.database, store as unknown as ObjectStore, logger);
});

/** So many are kept, and a wave about them runs, two at a time. */
async function waveOf(count: number): Promise<Begun[]> {
  for (let n = 0; n < count; n += 1) await rescans.scan(system, 'error', { decisionSet: 'set-1' });
  await rescans.turnOn('set-2', 2);
  await rescans.advance();
  return rescans.begin();
}
const kept = async () =>
  (await ledger.rows<{ object_key: string }>('SELECT object_key FROM ledger.kept_objects')).map(
    (row) => row.object_key,
  );
const finish = async (begun: readonly Begun[]) => {
  for (const one of begun) await rescans.conclude(one, 'infected', { decisionSet: 'set-2' });
};

describe('a wave from which objects are evicted', () => {
  it('keeps those that are being scanned until they are, scans what is left, and ends', async () => {
    const begun = await waveOf(6);
    const inFlight = begun.map((one) => one.objectKey);
    expect(inFlight).toHaveLength(2);
    // Of 1,000 bytes each: room for one.
    await ledger.set('quarantineMaxBytes', 1000);
    await objects.expire();
    expect(await kept()).toEqual(expect.arrayContaining(inFlight));
    expect(removed).toHaveLength(3);
    expect(removed.filter((key) => inFlight.includes(key))).toEqual([]);
    await finish(begun);
    expect(await ledger.rows('SELECT submission_id FROM ledger.alerts')).toHaveLength(2);
    await objects.expire();
    await finish(await rescans.begin());
    expect(await rescans.advance()).toMatchObject({ end_reason: 'done' });
    expect(await kept()).toHaveLength(1);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('is not robbed of an object whose scan begins while it is looked for what to evict', async () => {
    await waveOf(2);
    await ledger.rows(`DELETE FROM ledger.scans WHERE state = 'processing'`);
    await ledger.rows(`UPDATE ledger.counters SET unfinished = 0 WHERE scope = 'rescans'`);
    await ledger.rows(`UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 minute'`);
    const [due] = await rescans.due();
    const other = createDatabase({ url: ledger.url, poolSize: 1, queryTimeoutMs: 20_000, logger });
    let expiring: Promise<boolean> | undefined;
    await other.transaction(async (query) => {
      const { rows } = await query<{ outcome: string }>(
        'SELECT ledger.begin_rescan($1, $2, gen_random_uuid(), $3, $4, false) AS outcome',
        [due!.object_key, due!.wave, admissionDefaults, priorities],
      );
      expect(rows).toEqual([{ outcome: 'done' }]);
      expiring = objects.expire();
      await until(async () => {
        const [row] = await ledger.rows<{ waiting: number }>(
          `SELECT count(*)::integer AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return (row?.waiting ?? 0) > 0;
      });
    });
    await expiring;
    await other.end();
    expect(await kept()).toEqual([due!.object_key]);
    expect(removed).not.toContain(due!.object_key);
  });
});

describe('a wave whose results service was killed', () => {
  it('between its row and its job: the next one publishes it, once, at the lowest priority', async () => {
    const begun = await waveOf(3);
    const broker = new RecordingBroker();
    for (let turn = 0; turn < 3; turn += 1)
      await new RetryScans(ledger.database, broker, logger).publishDue();
    const jobs = broker.published.map(({ priority, message }) => ({
      priority,
      submissionId: (message as { submissionId: string }).submissionId,
    }));
    expect(jobs.map((job) => job.submissionId).sort()).toEqual(begun.map((one) => one.submissionId).sort());
    expect(jobs.map((job) => job.priority)).toEqual([0, 0]);
    await finish(begun);
    await finish(await rescans.begin());
    expect(await rescans.advance()).toMatchObject({ done: 3, detected: 3, end_reason: 'done' });
  });

  it('after a verdict was recorded and before it was acknowledged: it counts once', async () => {
    const begun = await waveOf(2);
    await finish(begun);
    // Delivered again to the one that came back.
    await finish(begun);
    expect(await rescans.wave()).toMatchObject({ done: 2, detected: 2 });
    expect(await ledger.rows('SELECT submission_id FROM ledger.alerts')).toHaveLength(2);
    expect(await ledger.counterErrors()).toEqual([]);
  });
});
