import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBroker, type Broker } from '@sluice/broker';
import {
  exchanges,
  jobPublication,
  jobQueue,
  jobQueueKinds,
  queues,
  restartQueue,
  type AcceptItem,
  type Job,
  type Marker,
  type Verdict,
} from '@sluice/contracts';
import { startPrivateRabbit } from '@sluice/private-servers';
import { createLogger, readConfig, runSteps } from '@sluice/runtime';
import { until as untilWithin } from '@sluice/timing';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { resultsConfigSchema } from '../results.config.js';
import { startResults } from '../start-results.js';
import { itemOf, LedgerFixture, verdictOf } from '../testing/ledger-fixture.js';

/** Generous: thousands of jobs take their time on a busy machine. How long it took is printed. */
const until = (holds: () => boolean | Promise<boolean>) => untilWithin(holds, 120_000);
const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const heartbeatSeconds = 2;
const otherCount = 9900;
const mailCount = 100;
const inFlightCount = 20;

let home: string;
let rabbit: Awaited<ReturnType<typeof startPrivateRabbit>>;
let ledger: LedgerFixture;
let gateway: Broker;
let scanner: Broker;
let looking: Broker;
const cleanups: (() => Promise<unknown>)[] = [];

const connectAs = async (service: 'gateway' | 'scanner' | 'results') => {
  const broker = await connectBroker({
    url: rabbit.urlFor(service),
    name: `test ${service}`,
    heartbeatSeconds,
    logger,
  });
  cleanups.push(() => broker.close());
  await until(() => broker.isConnected);
  return broker;
};
/** A whole one, as it runs. */
async function startOne(instance: string): Promise<void> {
  const env = {
    AMQP_URL: rabbit.urlFor('results'),
    AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds),
    MANAGEMENT_PORT: '0',
    INSTANCE: instance,
    DATABASE_URL: ledger.url,
    OBJECT_STORE_URL: `file://${home}/objects`,
  };
  const service = await startResults(readConfig(resultsConfigSchema, env), logger);
  cleanups.push(() => runSteps(logger, service.stopSteps));
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-killed-'));
  [rabbit, ledger] = await Promise.all([startPrivateRabbit({ home }), LedgerFixture.create(12)]);
  await ledger.liftLimits();
  await ledger.set('allowTestSignatures', true);
  [gateway, scanner, looking] = await Promise.all([
    connectAs('gateway'),
    connectAs('scanner'),
    connectAs('results'),
  ]);
  await Promise.all([startOne('results-1'), startOne('results-2')]);
}, 180_000);
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rabbit?.stop();
  await ledger?.close();
  await rm(home, { recursive: true, force: true });
}, 60_000);

const depth = async (name: string) => (await looking.queueDepth(name)).messages;
const waiting = () => Promise.all(jobQueueKinds.map((kind) => depth(jobQueue(kind, 'classic').name)));
const say = (message: Verdict | Marker) =>
  scanner.publish({ exchange: exchanges.verdicts.name, routingKey: queues.verdicts.routingKey, message });

async function accept(count: number, type: 'mail' | 'other'): Promise<AcceptItem[]> {
  const system = await ledger.addSystem({ type });
  const items = Array.from({ length: count }, () => itemOf(system));
  const accepts = new AcceptScans(ledger.database);
  for (let from = 0; from < count; from += 500) {
    const some = items.slice(from, from + 500);
    const outcomes = await accepts.accept(some);
    await Promise.all(
      some.map((item, n) => {
        const { queue, priority } = outcomes[n] as { queue: 'light' | 'mail'; priority: number };
        return gateway.publish(jobPublication(queue, priority, jobOf(item)));
      }),
    );
  }
  return items;
}

describe('a broker that is killed with 10,000 queued jobs', () => {
  it('has them all again at once, mail first, and no one is told twice', async () => {
    await until(async () => (await depth(restartQueue('classic').name)) === 1);
    const others = await accept(otherCount, 'other');
    const mails = await accept(mailCount, 'mail');
    const every = new Map([...others, ...mails].map((item) => [item.submissionId, item]));
    // A scanner has some in hand, which it finds something in while the broker is away.
    const inFlight: string[] = [];
    const holding = scanner.consume({
      queue: jobQueue('light', 'classic'),
      prefetch: inFlightCount,
      onMessage: ({ content }) => {
        const message = content as Job | Marker;
        if (message.kind === 'job') inFlight.push(message.submissionId);
        return new Promise(() => undefined);
      },
    });
    await until(() => inFlight.length >= inFlightCount - 2);
    void holding.pause();

    const [server] = rabbit.processes;
    server?.kill();
    await server?.stop();
    await server?.start();
    const since = performance.now();
    await until(() => looking.isConnected && gateway.isConnected && scanner.isConnected);
    const late = [...inFlight];
    const verdictFor = (id: string) => verdictOf(every.get(id) as AcceptItem, 'infected');
    // A broker that has just begun may end a connection once more, and a scanner says its verdict again then.
    for (const id of late) await until(() => say(verdictFor(id)).then(() => true));
    await until(
      async () =>
        (await waiting()).reduce((sum, one) => sum + one, 0) >= otherCount + mailCount - late.length,
    );
    process.stdout.write(
      `all in work again ${Math.round((performance.now() - since) / 100) / 10} s after the broker's start\n`,
    );

    const order: string[] = [];
    const consumers = jobQueueKinds.map((kind) =>
      scanner.consume({
        queue: jobQueue(kind, 'classic'),
        prefetch: 500,
        onMessage: async ({ content }) => {
          const message = content as Job | Marker;
          if (message.kind === 'marker') await say(message);
          else {
            order.push(message.submissionId);
            if (late.includes(message.submissionId)) await say(verdictFor(message.submissionId));
            else await say(verdictOf(every.get(message.submissionId) as AcceptItem, 'clean'));
          }
          return 'ack';
        },
      }),
    );
    cleanups.push(() => Promise.all(consumers.map((one) => one.stop(5000))));
    await until(
      async () => (await ledger.rows(`SELECT FROM ledger.scans WHERE state = 'processing'`)).length === 0,
    );
    expect(new Set(order).size).toBe(order.length);
    expect([...every.keys()].filter((id) => !order.includes(id) && !late.includes(id))).toEqual([]);
    const alerts = await ledger.rows('SELECT submission_id FROM ledger.alerts');
    expect(alerts).toHaveLength(late.length);
    expect(await depth(queues.dead.name)).toBe(0);
    expect(await ledger.counterErrors()).toEqual([]);
  }, 600_000);
});
