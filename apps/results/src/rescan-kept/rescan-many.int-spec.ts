import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '@sluice/runtime';
import { acceptItems } from '../accept-scans/accept-scans.query.js';
import { RetryScans } from '../retry-scans/retry-scans.service.js';
import { FindLostScans } from '../find-lost-scans/find-lost-scans.service.js';
import { itemOf, LedgerFixture } from '../testing/ledger-fixture.js';
import { RecordingBroker } from '../testing/recording-broker.js';
import { RescanFixture } from '../testing/rescan-fixture.js';

const kept = 100_000;
const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
let ledger: LedgerFixture;
let rescans: RescanFixture;

beforeAll(async () => {
  ledger = await LedgerFixture.create();
  rescans = new RescanFixture(ledger);
});
afterAll(() => ledger.close());

describe('100,000 kept objects, to be scanned again', () => {
  it('leave the limit to others, are scanned a few at once, and wait while mail does', async () => {
    const mail = await ledger.addSystem({ type: 'mail' });
    await ledger.rows(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
         sensor_id, is_mail, state, reason, object_type, sha256)
       SELECT md5(n::text), 1000, clock_timestamp(), clock_timestamp() + interval '30 days', gen_random_uuid(), $1, $2, true,
         'error', 'encrypted', 'email', md5(n::text) || md5(n::text) FROM generate_series(1, ${kept}) n`,
      [mail.registrationId, mail.sensorId],
    );
    await rescans.turnOn('set-1', 4);
    await ledger.set('maxConcurrentScans', 100);
    await rescans.report('set-1', { slots: 4 });
    expect(await rescans.advance()).toMatchObject({ objects: kept, done: 0 });
    // As consoles do, again and again: never more than four on their way.
    for (let round = 0; round < 20; round += 1) {
      // And scanners: who has said nothing for some seconds has no room.
      await rescans.report('set-1', { slots: 4 });
      const begun = await rescans.begin();
      expect(begun.length).toBe(4);
      await rescans.conclude(begun[0]!, 'error');
    }
    expect(await rescans.wave()).toMatchObject({ done: 20 });
    // The whole limit is there for mail, with scans of the wave on their way.
    const items = Array.from({ length: 100 }, () => itemOf(mail, { objectType: 'email' }));
    const { outcomes } = await acceptItems(ledger.database.query, items);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['accepted']));
    const { length: inFlight } = await rescans.unfinished();
    expect(inFlight).toBe(3);
    // Nothing more begins while mail is there, and mail goes first wherever both are published.
    expect(await rescans.due()).toEqual([]);
    const priorities = await ledger.rows<{ rescan: number; mail: number }>(
      `SELECT max(priority) FILTER (WHERE rescan_wave IS NOT NULL) AS rescan,
         min(priority) FILTER (WHERE rescan_wave IS NULL) AS mail FROM ledger.scans WHERE state = 'processing'`,
    );
    expect(priorities).toEqual([{ rescan: 0, mail: 5 }]);
    for (const item of items) await rescans.conclude(item, 'clean');
    await rescans.report('set-1', { slots: 4 });
    expect(await rescans.due()).toHaveLength(1);
    expect(await ledger.counterErrors()).toEqual([]);
  });

  it('are published as retries are, and again when a broker lost them', async () => {
    const broker = new RecordingBroker();
    const lost = new FindLostScans(ledger.database, broker, 10, logger);
    await new RetryScans(ledger.database, broker, logger).publishDue();
    const jobs = () =>
      broker.published.filter(
        ({ priority, message }) => priority === 0 && (message as { kind: string }).kind === 'job',
      );
    const first = jobs().length;
    expect(first).toBeGreaterThan(0);
    await ledger.rows(
      `UPDATE ledger.scans SET published_at = published_at - interval '1 hour' WHERE state = 'processing'`,
    );
    await ledger.rows(
      `INSERT INTO ledger.markers (marker_id, queue, priority, issued_at, returned_at)
       SELECT gen_random_uuid(), 'light', 0, clock_timestamp() - make_interval(mins => n), clock_timestamp() - make_interval(mins => n)
       FROM (VALUES (20), (5)) x (n)`,
    );
    await lost.publishLost();
    expect(jobs().length).toBe(2 * first);
  });
});
