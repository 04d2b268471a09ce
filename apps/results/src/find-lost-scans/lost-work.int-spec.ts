import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectBroker, type Broker, type Consumer } from '@sluice/broker';
import {
  exchanges,
  declaredQueues,
  jobPriorities,
  jobQueue,
  jobQueueKinds,
  queues,
  type AcceptItem,
  type Job,
  type JobQueueKind,
  type Marker,
  type Verdict,
  type VerdictQueueMessage,
} from '@sluice/contracts';
import { openObjectStore } from '@sluice/object-store';
import { until as untilWithin } from '@sluice/timing';
import { createLogger, readConfig, runSteps } from '@sluice/runtime';
import { findFreePort, startPrivateRabbit } from '@sluice/private-servers';
import amqp from 'amqplib';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { consumeVerdicts } from '../record-verdicts/verdicts.consumer.js';
import { resultsConfigSchema } from '../results.config.js';
import { startResults } from '../start-results.js';
import { LockedPeriodicTask } from '../locked-tasks/locked-periodic-task.js';
import { itemOf, LedgerFixture, verdictOf, type System } from '../testing/ledger-fixture.js';
import { FindLostScans } from './find-lost-scans.service.js';

const heartbeatSeconds = 2;
const waitingCount = 5000;
/** scanTimeoutSeconds + three heartbeats + the margin. */
const longest = 120 + 3 * heartbeatSeconds + 5;
const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const root = path.resolve(import.meta.dirname, '../../../..');

let home: string;
let rabbit: Awaited<ReturnType<typeof startPrivateRabbit>>;
let ledger: LedgerFixture;
let system: System;
let results: Broker;
let gateway: Broker;
let scanner: Broker;
/** Two instances of `results`, as far as lost work is concerned. */
let turns: LockedPeriodicTask[];
let finders: FindLostScans[];
const cleanups: (() => Promise<unknown>)[] = [];

/** Thousands of jobs take their time on a busy machine. */
const until = (holds: () => boolean | Promise<boolean>, deadlineMs = 90_000) =>
  untilWithin(holds, deadlineMs);

const connectAs = (service: 'gateway' | 'scanner' | 'results') =>
  connectBroker({
    url: rabbit.urlFor(service),
    name: `test ${service}`,
    heartbeatSeconds,
    logger,
    ...(service === 'results' ? { declares: 'classic' as const } : {}),
  });

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-lost-'));
  [rabbit, ledger] = await Promise.all([startPrivateRabbit({ home }), LedgerFixture.create(12)]);
  [results, gateway, scanner] = await Promise.all([
    connectAs('results'),
    connectAs('gateway'),
    connectAs('scanner'),
  ]);
  await areConnected();
  const { database } = ledger;
  finders = [1, 2].map(() => new FindLostScans(database, results, heartbeatSeconds, logger));
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
}, 180_000);
afterAll(async () => {
  for (const broker of [results, gateway, scanner]) await broker?.close();
  await rabbit?.stop();
  await ledger?.close();
  await rm(home, { recursive: true, force: true });
}, 60_000);
beforeEach(async () => {
  await ledger.clear();
  await ledger.liftLimits();
  system = await ledger.addSystem();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  const connection = await amqp.connect(rabbit.adminUrl);
  const channel = await connection.createChannel();
  for (const { name } of declaredQueues('classic').slice(0, -2)) await channel.purgeQueue(name);
  await connection.close();
});

const areConnected = () => until(() => [results, gateway, scanner].every((one) => one.isConnected), 60_000);

const accept = async (
  count: number,
  changes: Partial<AcceptItem> = {},
  of: System = system,
): Promise<AcceptItem[]> => {
  const items = Array.from({ length: count }, () => itemOf(of, changes));
  const accepts = new AcceptScans(ledger.database);
  for (let from = 0; from < count; from += 64) await accepts.accept(items.slice(from, from + 64));
  return items;
};
const publish = (items: readonly AcceptItem[], queue: JobQueueKind = 'light') =>
  Promise.all(
    items.map((item) =>
      gateway.publish({
        exchange: exchanges.jobs.name,
        routingKey: queue,
        priority: queue === 'mail' ? jobPriorities.mail : jobPriorities.other,
        message: jobOf(item),
      }),
    ),
  );
const say = (message: Verdict | Marker) =>
  scanner.publish({ exchange: exchanges.verdicts.name, routingKey: queues.verdicts.routingKey, message });
/** The database's clock moves on by this for everything the ledger knows. */
const pass = async (seconds: number) => {
  await ledger.database.query(
    `UPDATE ledger.scans SET published_at = published_at - make_interval(secs => $1)`,
    [seconds],
  );
  await ledger.database.query(
    `UPDATE ledger.markers SET issued_at = issued_at - make_interval(secs => $1),
       returned_at = returned_at - make_interval(secs => $1)`,
    [seconds],
  );
};
const markersBack = async () =>
  (
    await ledger.rows<{ one: string }>(
      `SELECT queue || ' ' || priority AS one FROM ledger.markers WHERE returned_at IS NOT NULL`,
    )
  ).map((row) => row.one);
const markersOnTheirWay = async (queue?: JobQueueKind): Promise<number> =>
  (
    await ledger.rows(
      `SELECT FROM ledger.markers WHERE returned_at IS NULL AND queue = coalesce($1, queue)`,
      [queue ?? null],
    )
  ).length;
const markersSent = async () => (await ledger.rows('SELECT FROM ledger.markers')).length;
/** Seven. What a broken connection keeps back, the next turn sends: heartbeats are short here, and a busy machine misses some. */
const sendAllMarkers = (finder: FindLostScans) =>
  until(async () => {
    await areConnected();
    const before = await markersSent();
    await finder.sendMarkers();
    return (await markersSent()) === before + 7;
  });
const isSettled = async () =>
  (await ledger.rows(`SELECT FROM ledger.scans WHERE state = 'processing'`)).length === 0;

/** Takes jobs as a scanner does; what it is handed is counted by submission. */
function scan(onJob: (job: Job) => Promise<void> = async () => undefined): {
  jobs: Map<string, number>;
  consumers: Consumer[];
} {
  const jobs = new Map<string, number>();
  const consumers = jobQueueKinds.map((kind) =>
    scanner.consume({
      queue: jobQueue(kind, 'classic'),
      prefetch: 500,
      onMessage: async ({ content }) => {
        const message = content as Job | Marker;
        if (message.kind === 'marker') await say(message);
        else {
          jobs.set(message.submissionId, (jobs.get(message.submissionId) ?? 0) + 1);
          await onJob(message);
        }
        return 'ack';
      },
    }),
  );
  cleanups.push(() => Promise.all(consumers.map((one) => one.stop(5000))));
  return { jobs, consumers };
}

/** What an instance of `results` does with the verdict queue. */
function record(): void {
  const records = new RecordVerdicts(ledger.database, () => undefined);
  const onMarker = (id: string) => (finders[0] as FindLostScans).noteReturned(id);
  const consumer = consumeVerdicts({ broker: results, records, onMarker, logger });
  cleanups.push(async () => {
    await consumer.stop(5000);
    records.stop();
  });
}

describe('thousands of waiting jobs', () => {
  it('are published once, however long they wait, and each is handed out once', async () => {
    await ledger.database.query(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
         state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at)
       SELECT gen_random_uuid(), $1, 's', false, '', null, false, 'processing', 'processing', 'k', 'h', 1, 'file', '[]', 'a',
         'light', 1, now(), now() FROM generate_series(1, ${waitingCount})`,
      [system.registrationId],
    );
    const rows = await ledger.rows<{ submission_id: string }>('SELECT submission_id FROM ledger.scans');
    const connection = await amqp.connect(rabbit.urlFor('gateway'));
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
    const heavy = scanner.consume({
      queue: jobQueue('heavy', 'classic'),
      prefetch: 10,
      onMessage: async ({ content }) => (await say(content as Marker), 'ack'),
    });
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
    expect((await results.queueDepth(jobQueue('light', 'classic').name)).messages).toBe(
      waitingCount + markers,
    );

    const { jobs } = scan();
    await until(() => jobs.size === waitingCount);
    await until(async () => (await markersOnTheirWay()) === 0);
    expect([...jobs.values()].filter((times) => times !== 1)).toEqual([]);
  }, 180_000);
});

describe('a broker that was wiped', () => {
  it('with 1,000 jobs and waiting mail in it and verdicts on their way gets them all again, each once', async () => {
    const items = await accept(1000);
    await publish(items);
    const mails = await accept(50, {}, await ledger.addSystem({ type: 'mail' }));
    await publish(mails, 'mail');
    expect((await results.queueDepth(jobQueue('mail', 'classic').name)).messages).toBe(50);
    // A hundred were scanned: their jobs are acknowledged, their verdicts wait.
    let scanned = 0;
    const first = scanner.consume({
      queue: jobQueue('light', 'classic'),
      prefetch: 1,
      onMessage: async ({ content }) => {
        if (scanned === 100) return 'requeue';
        scanned += 1;
        const { submissionId } = content as Job;
        await say(verdictOf(items.find((one) => one.submissionId === submissionId) as AcceptItem, 'clean'));
        if (scanned === 100) await first.pause();
        return 'ack';
      },
    });
    await until(() => scanned === 100);
    await first.stop(5000);
    expect((await results.queueDepth(queues.verdicts.name)).messages).toBe(100);

    const server = rabbit.processes[0] as (typeof rabbit.processes)[number];
    server.kill();
    await server.stop();
    const data = path.join(home, 'rabbitmq', 'data');
    for (const name of await readdir(data)) await rm(path.join(data, name), { recursive: true, force: true });
    await server.start();
    await areConnected();
    expect((await results.queueDepth(queues.verdicts.name)).messages).toBe(0);

    record();
    const { jobs } = scan(async ({ submissionId, sha256 }) =>
      say(verdictOf({ submissionId, sha256 }, 'clean')),
    );
    for (let round = 1; round <= 2; round += 1) {
      await pass(longest + 10);
      await sendAllMarkers(finders[0] as FindLostScans);
      await until(async () => (await markersOnTheirWay()) === 0);
    }
    await until(async () => {
      await Promise.all(turns.map((turn) => turn.take()));
      return isSettled();
    });
    expect([...jobs.keys()].sort()).toEqual([...items, ...mails].map((one) => one.submissionId).sort());
    expect([...jobs.values()].filter((times) => times !== 1)).toEqual([]);
    expect(await ledger.counterErrors()).toEqual([]);
  }, 180_000);
});

describe('a paused scanner', () => {
  /** A real one with an engine that takes so long; `deny` makes its verdict another one than everybody else's. */
  async function startScanner(
    name: string,
    engineMs: number,
    deny?: string,
  ): Promise<{ child: ChildProcess; isReady(): Promise<boolean>; jobsTaken(): Promise<number> }> {
    const port = await findFreePort();
    const child = spawn(process.execPath, [path.join(root, 'apps/scanner/dist/main.js')], {
      stdio: 'ignore',
      env: {
        NODE_ENV: 'test',
        INSTANCE: name,
        MANAGEMENT_PORT: String(port),
        LOG_LEVEL: 'silent',
        AMQP_URL: rabbit.urlFor('scanner'),
        AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds),
        OBJECT_STORE_URL: `file://${home}/objects`,
        SCANNER_STAND_IN_ENGINE_MS: String(engineMs),
        ...(deny === undefined ? {} : { HASH_DENY_FILE: deny }),
      },
    });
    cleanups.push(async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    });
    const isReady = () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(isReady);
    const jobsTaken = async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(/^sluice_scanner_messages_total\{[^}]*kind="job"[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    };
    return { child, isReady, jobsTaken };
  }

  /** Every verdict that is published, from now on. */
  async function tapVerdicts(): Promise<Verdict[]> {
    const seen: Verdict[] = [];
    const connection = await amqp.connect(rabbit.adminUrl);
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchanges.verdicts.name, queues.verdicts.routingKey);
    const take = (message: amqp.ConsumeMessage | null) => {
      const said = JSON.parse(String(message?.content)) as VerdictQueueMessage;
      if (said.kind === 'verdict') seen.push(said);
      if (said.kind === 'verdicts') seen.push(...said.verdicts);
    };
    await channel.consume(queue, take, { noAck: true });
    cleanups.push(() => connection.close());
    return seen;
  }

  it('that wakes up after others did its work changes nothing, whatever it found', async () => {
    await ledger.set('allowTestSignatures', true);
    const store = await openObjectStore(`file://${home}/objects`);
    cleanups.push(() => store.close());
    const put = async () => {
      const bytes = randomBytes(100);
      const writer = await store.create();
      await writer.write(bytes);
      await writer.commit();
      return {
        objectKey: writer.key,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        sizeBytes: 100,
      };
    };
    const env = {
      AMQP_URL: rabbit.urlFor('results'),
      AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds),
      MANAGEMENT_PORT: '0',
      INSTANCE: 'results-1',
      DATABASE_URL: ledger.url,
      OBJECT_STORE_URL: `file://${home}/objects`,
    };
    const service = await startResults(readConfig(resultsConfigSchema, env), logger);
    cleanups.push(() => runSteps(logger, service.stopSteps));
    const verdicts = await tapVerdicts();
    const [one, two] = [...(await accept(1, await put())), ...(await accept(1, await put()))] as [
      AcceptItem,
      AcceptItem,
    ];
    const deny = path.join(home, 'deny.txt');
    await writeFile(deny, `${one.sha256} Test.Denied\n${two.sha256} Test.Denied\n`);

    const paused = await startScanner('paused', 1500, deny);
    await publish([one, two]);
    // What lies unread in its socket when it is paused is gone with the connection.
    await until(async () => (await paused.jobsTaken()) === 2);
    paused.child.kill('SIGSTOP');
    await startScanner('awake', 10);
    await until(isSettled);
    const everything = () =>
      ledger.rows(`SELECT s.*, (SELECT count(*) FROM ledger.alerts) AS alerts, (SELECT count(*) FROM ledger.outbox) AS notices,
        (SELECT count(*) FROM ledger.kept_objects) AS kept FROM ledger.scans s ORDER BY seq`);
    const before = await everything();
    expect(before.map((row) => [row['state'], row['alerts']])).toEqual([
      ['not detected', 0],
      ['not detected', 0],
    ]);

    paused.child.kill('SIGCONT');
    const late = () =>
      verdicts.filter(({ scanner: by }) => by === 'paused').map((verdict) => verdict.outcome);
    await until(() => late().length === 2);
    expect(late()).not.toContain('clean');
    // What comes after them is recorded after them.
    await until(async () => (await results.queueDepth(queues.verdicts.name)).messages === 0);
    const [next] = await accept(1, await put());
    await say(verdictOf(next as AcceptItem, 'clean'));
    await until(isSettled);
    expect((await everything()).slice(0, 2)).toEqual(before);
    await until(paused.isReady);
  }, 120_000);
});
