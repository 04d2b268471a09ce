import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotifierFixture } from '../testing/notifier-fixture.js';
import { WatchOperation } from './watch-operation.service.js';

describe('WatchOperation', () => {
  let fixture: NotifierFixture;
  let watch: WatchOperation;
  let channel: string;

  beforeAll(async () => {
    fixture = await NotifierFixture.start();
    watch = new WatchOperation(fixture.ownDatabase, { problem: null });
    channel = await fixture.channel('webhook', { url: 'https://hook.example/' });
  });
  afterAll(() => fixture.stop());
  beforeEach(async () => {
    await fixture.rows('DELETE FROM deliveries.rules');
    await fixture.rows('DELETE FROM deliveries.deliveries');
    await fixture.rows('DELETE FROM ledger.instances');
  });

  const report = (engine: string, isHealthy: boolean) =>
    fixture.rows(
      `INSERT INTO ledger.instances (service, instance, status, seen_at) VALUES ('scanner', $1, $2, clock_timestamp())
       ON CONFLICT (service, instance) DO UPDATE SET status = excluded.status, seen_at = excluded.seen_at`,
      [
        `scanner of ${engine}`,
        JSON.stringify({
          engines: [{ engine, isHealthy, problem: isHealthy ? null : 'no answer', signaturesAt: null }],
        }),
      ],
    );
  const tenMinutesLater = () =>
    fixture.rows(`UPDATE deliveries.deliveries SET created_at = created_at - interval '10 minutes'`);
  const notices = async (): Promise<string[][]> =>
    (
      await fixture.rows<{ texts: string[] }>(
        `SELECT ARRAY(SELECT p ->> 'text' FROM jsonb_array_elements(e.facts -> 'problems') p) AS texts
         FROM deliveries.deliveries d JOIN deliveries.events e ON e.id = d.event_id ORDER BY d.seq`,
      )
    ).map((row) => row.texts);

  it('tells a problem once, and again only after it was over', async () => {
    await fixture.rule(channel, { match: { operation: { engineDown: true } } });
    await report('ClamAV', false);
    expect([await watch.run(), await watch.run()]).toEqual([1, 0]);
    expect(await notices()).toEqual([['ClamAV on scanner of ClamAV is down: no answer']]);
    await tenMinutesLater();
    expect(await watch.run()).toBe(0);
    await report('ClamAV', true);
    expect(await watch.run()).toBe(0);
    await report('ClamAV', false);
    expect(await watch.run()).toBe(1);
  });

  it('tells a cause of the health page while it is open, and again when it begins anew', async () => {
    await fixture.rule(channel, { match: { operation: { healthFrom: 'degraded' } } });
    await fixture.rows(
      `INSERT INTO registry.causes (id, level, title, link, began_at, seen_at)
       VALUES ('queue:late', 'degraded', 'The oldest scan waits.', '/scans', now(), now()),
              ('certificate:a', 'advisory', 'A certificate ends.', '/health', now(), now())`,
    );
    expect([await watch.run(), await watch.run()]).toEqual([1, 0]);
    expect(await notices()).toEqual([['The oldest scan waits.']]);
    await tenMinutesLater();
    await fixture.rows(
      `UPDATE registry.causes SET level = 'down', title = 'Nothing is scanned.' WHERE id = 'queue:late'`,
    );
    expect([await watch.run(), await watch.run()]).toEqual([1, 0]);
    expect((await notices())[1]).toEqual(['Nothing is scanned.']);
    await tenMinutesLater();
    await fixture.rows(`UPDATE registry.causes SET ended_at = now()`);
    expect(await watch.run()).toBe(0);
    await fixture.rows(
      `INSERT INTO registry.causes (id, level, title, link, began_at, seen_at)
       VALUES ('queue:late', 'degraded', 'The oldest scan waits again.', '/scans', now(), now())`,
    );
    expect(await watch.run()).toBe(1);
    await fixture.rows('DELETE FROM registry.causes');
  });

  it('makes at most one notice in ten minutes, and tells the rest together afterwards', async () => {
    await fixture.rule(channel, { match: { operation: { engineDown: true } } });
    for (const engine of ['a', 'b', 'c']) {
      await report(engine, false);
      await watch.run();
    }
    expect(await notices()).toHaveLength(1);
    await tenMinutesLater();
    expect(await watch.run()).toBe(1);
    expect((await notices())[1]).toHaveLength(2);
  });

  it('tells a new integration request and a failed job', async () => {
    await fixture.rule(channel, { match: { operation: { integrationRequests: true, failedJobs: true } } });
    await fixture.rows(
      `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, claimed_type, last_address, revision)
       VALUES (gen_random_uuid(), 'files-01', repeat('a', 64), 'pending', 'other', '10.0.0.1', 1)`,
    );
    await fixture.rows(
      `INSERT INTO ledger.failed_jobs (kind, reason, failed_at) VALUES ('message', 'bad-message', clock_timestamp())`,
    );
    expect(await watch.run()).toBe(1);
    expect(await notices()).toEqual([
      [
        expect.stringMatching(/^failed job \d+: bad-message$/),
        'integration request of files-01 from 10.0.0.1',
      ],
    ]);
  });
});
