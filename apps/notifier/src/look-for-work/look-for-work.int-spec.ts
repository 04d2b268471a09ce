import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Announcements, Database } from '@sluice/database';
import { until } from '@sluice/timing';
import { NotifierFixture } from '../testing/notifier-fixture.js';
import { unheardMs } from './look-again.js';
import { announcedOn, lookForWork } from './look-for-work.query.js';

let fixture: NotifierFixture;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  fixture = await NotifierFixture.start();
});
afterAll(() => fixture.stop());
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await fixture.rows('TRUNCATE ledger.outbox, deliveries.channels, deliveries.deliveries CASCADE');
});

const syslog = () => fixture.channel('syslog', { host: '127.0.0.1', port: 1, protocol: 'udp' });
const insert = (channelId: string, dueIn: string) =>
  fixture.rows(
    `INSERT INTO deliveries.deliveries (id, kind, state, channel_id, channel_name, due_at)
     VALUES ($1, 'test', 'waiting', $2, 'c', clock_timestamp() + $3::interval)`,
    [randomUUID(), channelId, dueIn],
  );

/** A notifier's database with announcements of our making, and a count of how often it looked. */
function withAnnouncements(): { database: Database; announce: () => void; looks: () => number } {
  let announce = (): void => undefined;
  let looks = 0;
  const { ownDatabase } = fixture;
  const own: Partial<Database> = {
    query: (text, values) => {
      if (text.includes('has_alerts')) looks += 1;
      return ownDatabase.query(text, values);
    },
    listen: (_, onAnnounced) => {
      announce = onAnnounced;
      return { stop: () => Promise.resolve() } as Announcements;
    },
  };
  const database = Object.assign(Object.create(ownDatabase) as Database, own);
  return { database, announce: () => announce(), looks: () => looks };
}

describe('work for notifiers', () => {
  it('is announced: an alert, a delivery that is new, and one that is sent again', async () => {
    let heard = 0;
    const announcements = fixture.ownDatabase.listen(announcedOn, () => (heard += 1));
    stops.push(() => announcements.stop());
    await until(() => heard === 1);
    await fixture.raise();
    await until(() => heard === 2);
    await insert(await syslog(), '1 hour');
    await until(() => heard === 3);
    await fixture.rows('UPDATE deliveries.deliveries SET queued_at = clock_timestamp()');
    await until(() => heard === 4);
    // A notifier that sends does not wake all others by it; what comes after is heard next.
    await fixture.rows('UPDATE deliveries.deliveries SET due_at = due_at');
    await fixture.raise();
    await until(() => heard === 5);
    expect(heard).toBe(5);
  });

  it('is looked for when it is announced, many times sooner than without', async () => {
    const { database, announce, looks } = withAnnouncements();
    const work = fixture.startNotifier({ database });
    stops.push(() => work.stop(0));
    await until(() => looks() >= 1);
    const times = 20;
    const startedMs = performance.now();
    for (let time = 0; time < times; time += 1) {
      const before = looks();
      announce();
      await until(() => looks() > before);
    }
    expect(performance.now() - startedMs).toBeLessThan((times / 2) * unheardMs);
  });

  it('is found when no announcement is heard', async () => {
    const { database } = withAnnouncements();
    const work = fixture.startNotifier({ database });
    stops.push(() => work.stop(0));
    const channel = await syslog();
    await fixture.rule(channel);
    await fixture.raise();
    await fixture.until(channel, (rows) => rows.length === 1);
    await fixture.until(channel, (rows) => rows[0]?.attempts === 1);
  });

  it('tells when the first delivery is due, over all channels', async () => {
    const look = () => lookForWork(fixture.ownDatabase.query);
    expect(await look()).toEqual({ hasAlerts: false, dueInMs: null });
    const [one, other] = [await syslog(), await syslog()];
    await insert(one, '2 hours');
    await insert(other, '1 hour');
    const { dueInMs } = await look();
    expect(dueInMs).toBeGreaterThan(1_800_000);
    expect(dueInMs).toBeLessThanOrEqual(3_600_000);
    await insert(one, '-1 second');
    expect(await look()).toEqual({ hasAlerts: false, dueInMs: 0 });
    await fixture.raise();
    expect((await look()).hasAlerts).toBe(true);
  });
});
