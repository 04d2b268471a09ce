import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Consumer } from '@sluice/broker';
import {
  exchanges,
  jobQueue,
  jobQueueKinds,
  queues,
  type AcceptItem,
  type Job,
  type JobQueueKind,
  type Marker,
} from '@sluice/contracts';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { LockedPeriodicTask } from '../locked-tasks/locked-periodic-task.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { consumeVerdicts } from '../record-verdicts/verdicts.consumer.js';
import { itemOf, verdictOf } from '../testing/ledger-fixture.js';
import { heartbeatSeconds, logger, LostWorkFixture } from '../testing/lost-work-fixture.js';
import { FindLostScans } from './find-lost-scans.service.js';

const waitingCount = 5000;
/** scanTimeoutSeconds + three heartbeats + the margin. */
const longest = 120 + 3 * heartbeatSeconds + 5;

let fixture: LostWorkFixture;
/** Two instances of `results`, as far as lost work is concerned. */
let turns: LockedPeriodicTask[];
let finders: FindLostScans[];

beforeAll(async () => {
  fixture = await LostWorkFixture.start();
  const { database } = fixture.ledger;
  finders = [1, 2].map(() => new FindLostScans(database, fixture.results, heartbeatSeconds, logger));
  turns = finders.map(
    (finder) =>
      new LockedPeriodicTask({
        name: 'lost scans',
        lockKey: 3,
        intervalMs: 1000,
        database,
        logger,
        work: () => finder.publishLost(),
      }),
  );
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.begin());
afterEach(() => fixture.end());

/** The database's clock moves on by this for everything the ledger knows. */
const pass = async (seconds: number) => {
  const { database } = fixture.ledger;
  await database.query(`UPDATE ledger.scans SET published_at = published_at - make_interval(secs => $1)`, [
    seconds,
  ]);
  await database.query(
    `UPDATE ledger.markers SET issued_at = issued_at - make_interval(secs => $1),
       returned_at = returned_at - make_interval(secs => $1)`,
    [seconds],
  );
};
const markersBack = async () =>
  (
    await fixture.ledger.rows<{ one: string }>(
      `SELECT queue || ' ' || priority AS one FROM ledger.markers WHERE returned_at IS NOT NULL`,
    )
  ).map((row) => row.one);
const markersOnTheirWay = async (queue?: JobQueueKind): Promise<number> =>
  (
    await fixture.ledger.rows(
      `SELECT FROM ledger.markers WHERE returned_at IS NULL AND queue = coalesce($1, queue)`,
      [queue ?? null],
    )
  ).length;
const markersSent = async () => (await fixture.ledger.rows('SELECT FROM ledger.markers')).length;
/** Seven. What a broken connection keeps back, the next turn sends. */
const sendAllMarkers = (finder: FindLostScans) =>
  until(async () => {
    await fixture.areConnected();
    const before = await markersSent();
    await finder.sendMarkers();
    return (await markersSent()) === before + 7;
  });

/** Takes jobs as a scanner does; what it is handed is counted by submission. */
function scan(onJob: (job: Job) => Promise<void> = async () => undefined): {
  jobs: Map<string, number>;
  consumers: Consumer[];
} {
  const jobs = new Map<string, number>();
  const consumers = jobQueueKinds.map((kind) =>
    fixture.scanner.consume({
      queue: jobQueue(kind, 'classic'),
      prefetch: 500,
      onMessage: async ({ content }) => {
        const message = content as Job | Marker;
        if (message.kind === 'marker') await fixture.say(message);
        else {
          jobs.set(message.submissionId, (jobs.get(message.submissionId) ?? 0) + 1);
          await onJob(message);
        }
        return 'ack';
      },
    }),
  );
  fixture.cleanups.push(() => Promise.all(consumers.map((one) => one.stop(5000))));
  return { jobs, consumers };
}

/** What an instance of `results` does with the verdict queue. */
function record(): void {
  const records = new RecordVerdicts(fixture.ledger.database, () => undefined);
  const onMarker = (id: string) => (finders[0] as FindLostScans).noteReturned(id);
  const consumer = consumeVerdicts({ broker: fixture.results, records, onMarker, logger });
  fixture.cleanups.push(async () => {
    await consumer.stop(5000);
    records.stop();
  });
}

describe('thousands of waiting jobs', () => {
  it('are published once, however long they wait, and each is handed out once', async () => {
    const { ledger, system } = fixture;
    await ledger.database.query(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
         state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at)
       SELECT gen_random_uuid(), $1, 's', false, '', null, false, 'processing', 'processing', 'k', 'h', 1, 'file', '[]', 'a',
         'light', 1, now(), now() FROM generate_series(1, ${waitingCount})`,
      [system.registrationId],
    );
    const rows = await ledger.rows<{ submission_id: string }>('SELECT submission_id FROM ledger.scans');
    const connection = await amqp.connect(fixture.rabbit.urlFor('gateway'));
    const channel = await connection.createConfirmChannel();
    const options = { persistent: true, mandatory: true, priority: 1, userId: 'gateway' };
    for (const { submission_id: submissionId } of rows) {
      const job = jobOf(itemOf(system, { submissionId }));
      if (!channel.publish(exchanges.jobs.name, 'light', Buffer.from(JSON.stringify(job)), options))
        await once(channel, 'drain');
    }
    await channel.waitForConfirms();
    await connection.close();

    record();
    const heavy = fixture.scanner.consume({
      queue: jobQueue('heavy', 'classic'),
      prefetch: 10,
      onMessage: async ({ content }) => (await fixture.say(content as Marker), 'ack'),
    });
    fixture.cleanups.push(() => heavy.stop(5000));
    for (let round = 1; round <= 3; round += 1) {
      await sendAllMarkers(finders[round % 2] as FindLostScans);
      await until(async () => (await markersOnTheirWay('heavy')) === 0);
      await pass(longest + 60);
      await Promise.all(turns.map((turn) => turn.take()));
    }
    expect(new Set(await markersBack())).toEqual(new Set(['heavy 0', 'heavy 1', 'heavy 5']));
    await heavy.stop(5000);
    // Nine markers and more, of three priorities, stand among the jobs; nothing else came.
    const markers = await markersOnTheirWay('light');
    expect(markers).toBeGreaterThanOrEqual(9);
    expect(await fixture.depth(jobQueue('light', 'classic'))).toBe(waitingCount + markers);

    const { jobs } = scan();
    await until(() => jobs.size === waitingCount);
    await until(async () => (await markersOnTheirWay()) === 0);
    expect([...jobs.values()].filter((times) => times !== 1)).toEqual([]);
  });
});

describe('a broker that was wiped', () => {
  it('with 1,000 jobs and waiting mail in it and verdicts on their way gets them all again, each once', async () => {
    const { ledger, rabbit, scanner } = fixture;
    const items = await fixture.accept(1000);
    await fixture.publish(items);
    const mails = await fixture.accept(50, {}, await ledger.addSystem({ type: 'mail' }));
    await fixture.publish(mails, 'mail');
    expect(await fixture.depth(jobQueue('mail', 'classic'))).toBe(50);
    // A hundred were scanned: their jobs are acknowledged, their verdicts wait.
    let scanned = 0;
    const first = scanner.consume({
      queue: jobQueue('light', 'classic'),
      prefetch: 1,
      onMessage: async ({ content }) => {
        if (scanned === 100) return 'requeue';
        scanned += 1;
        const { submissionId } = content as Job;
        const item = items.find((one) => one.submissionId === submissionId) as AcceptItem;
        await fixture.say(verdictOf(item, 'clean'));
        if (scanned === 100) await first.pause();
        return 'ack';
      },
    });
    fixture.cleanups.push(() => first.stop(5000));
    await until(() => scanned === 100);
    // The last of them is said after it was counted.
    await until(async () => (await fixture.depth(queues.verdicts)) === 100);
    await first.stop(5000);

    const server = rabbit.processes[0] as (typeof rabbit.processes)[number];
    server.kill();
    await server.stop();
    const data = path.join(fixture.home, 'rabbitmq', 'data');
    try {
      for (const name of await readdir(data))
        await rm(path.join(data, name), { recursive: true, force: true });
    } finally {
      await server.start();
    }
    await fixture.areConnected();
    expect(await fixture.depth(queues.verdicts)).toBe(0);

    record();
    const { jobs } = scan(async ({ submissionId, sha256 }) =>
      fixture.say(verdictOf({ submissionId, sha256 }, 'clean')),
    );
    for (let round = 1; round <= 2; round += 1) {
      await pass(longest + 10);
      await sendAllMarkers(finders[0] as FindLostScans);
      await until(async () => (await markersOnTheirWay()) === 0);
    }
    await until(async () => {
      await Promise.all(turns.map((turn) => turn.take()));
      return fixture.isSettled();
    });
    expect([...jobs.keys()].sort()).toEqual([...items, ...mails].map((one) => one.submissionId).sort());
    expect([...jobs.values()].filter((times) => times !== 1)).toEqual([]);
    expect(await ledger.counterErrors()).toEqual([]);
  });
});
