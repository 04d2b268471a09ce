import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  exchanges,
  jobQueue,
  jobQueueKinds,
  queues,
  streams,
  type JobQueueType,
  type QueueDefinition,
} from '@sluice/contracts';
import { until } from '@sluice/timing';
import { startPrivateRabbit } from '@sluice/private-servers';
import amqp from 'amqplib';
import { connectBroker, type Broker, type BrokerOptions, type Delivery } from './index.js';
import { TopologyKeeper } from './topology-keeper.js';

type Rabbit = Awaited<ReturnType<typeof startPrivateRabbit>>;
let home: string;
let rabbit: Rabbit;
const open: Broker[] = [];
const light = jobQueue('light', 'classic');
const heavy = jobQueue('heavy', 'classic');
const silent = { debug() {}, info() {}, warn() {}, error() {} };

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-broker-'));
  rabbit = await startPrivateRabbit({ home });
});
afterAll(async () => {
  await rabbit?.stop();
  await rm(home, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((broker) => broker.close()));
  await purgeAll();
});

async function purgeAll(): Promise<void> {
  const connection = await amqp.connect(rabbit.adminUrl);
  const channel = await connection.createChannel();
  for (const queue of [light, heavy, ...Object.values(queues)]) await channel.purgeQueue(queue.name);
  await connection.close();
}

async function connected(
  service: 'gateway' | 'scanner' | 'results' | 'console',
  options: Partial<BrokerOptions> = {},
) {
  const broker = await connectBroker({
    url: rabbit.urlFor(service),
    name: `test ${service}`,
    heartbeatSeconds: 60,
    logger: silent,
    ...options,
  });
  open.push(broker);
  await until(() => broker.isConnected);
  return broker;
}

const job = (id: number, priority: number) => ({
  exchange: exchanges.jobs.name,
  routingKey: 'light',
  message: { id },
  priority,
});

describe('publishing', () => {
  it('is confirmed once the message is in its queue', async () => {
    const gateway = await connected('gateway');
    await gateway.publish(job(1, 1));
    expect(await gateway.queueDepth(light.name)).toEqual({ messages: 1, consumers: 0 });
  });

  it('leaves in one system call when several are published in one turn', async () => {
    const gateway = await connected('gateway');
    const calls = [vi.spyOn(Socket.prototype, '_write'), vi.spyOn(Socket.prototype, '_writev')];
    try {
      await Promise.all(Array.from({ length: 20 }, (_, id) => gateway.publish(job(id, 1))));
      expect(calls.map((call) => call.mock.calls.length)).toEqual([0, 1]);
    } finally {
      for (const call of calls) call.mockRestore();
    }
    expect(await gateway.queueDepth(light.name)).toMatchObject({ messages: 20 });
  });

  it('rejects a message that reaches no queue, which the broker confirms all the same', async () => {
    const gateway = await connected('gateway');
    await expect(
      gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'nowhere', message: {} }),
    ).rejects.toMatchObject({ code: 'unroutable' });
  });

  it('rejects at once while there is no broker, and keeps nothing for later', async () => {
    const broker = await connectBroker({
      url: 'amqp://127.0.0.1:1/',
      name: 'nobody',
      heartbeatSeconds: 60,
      logger: silent,
    });
    open.push(broker);
    await expect(broker.publish(job(1, 1))).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('comes back after a channel was closed for a missing permission', async () => {
    const gateway = await connected('gateway');
    await expect(
      gateway.publish({ exchange: exchanges.verdicts.name, routingKey: 'verdict', message: {} }),
    ).rejects.toMatchObject({ code: 'disconnected' });
    await until(() => gateway.isConnected);
    await gateway.publish(job(2, 1));
  });
});

describe('consuming', () => {
  it('hands out the highest priority first, in order within one', async () => {
    const gateway = await connected('gateway');
    for (const [id, priority] of [
      [1, 1],
      [2, 5],
      [3, 1],
      [4, 5],
    ] as const)
      await gateway.publish(job(id, priority));
    const scanner = await connected('scanner');
    const seen: unknown[] = [];
    scanner.consume({
      queue: light,
      prefetch: 1,
      onMessage: async ({ content }) => {
        seen.push((content as { id: number }).id);
        return 'ack';
      },
    });
    await until(() => seen.length === 4);
    expect(seen).toEqual([2, 4, 1, 3]);
  });

  it('gives work of a lost connection to another consumer, marked as redelivered', async () => {
    const gateway = await connected('gateway');
    await gateway.publish(job(1, 1));
    const dying = await connected('scanner');
    let taken = 0;
    dying.consume({
      queue: light,
      prefetch: 1,
      onMessage: () => {
        taken += 1;
        return new Promise(() => undefined);
      },
    });
    await until(() => taken === 1);
    await dying.close();
    const again = await connected('scanner');
    const seen: Delivery[] = [];
    again.consume({
      queue: light,
      prefetch: 1,
      onMessage: async (one) => (seen.push(one), 'ack'),
    });
    await until(() => seen.length === 1);
    expect(seen[0]?.redelivered).toBe(true);
  });

  it('takes nothing while paused, and goes on after resume', async () => {
    const gateway = await connected('gateway');
    const scanner = await connected('scanner');
    let seen = 0;
    const consumer = scanner.consume({
      queue: light,
      prefetch: 4,
      isPaused: true,
      onMessage: async () => ((seen += 1), 'ack'),
    });
    await gateway.publish(job(1, 1));
    await until(async () => (await gateway.queueDepth(light.name)).messages === 1);
    expect(consumer.isActive).toBe(false);
    await consumer.resume();
    await until(() => seen === 1);
    await consumer.pause();
    await gateway.publish(job(2, 1));
    expect(await gateway.queueDepth(light.name)).toEqual({ messages: 1, consumers: 0 });
    expect(seen).toBe(1);
  });

  it('dead-letters what a handler cannot read', async () => {
    const gateway = await connected('gateway');
    const scanner = await connected('scanner');
    await gateway.publish(job(1, 1));
    scanner.consume({ queue: light, prefetch: 1, onMessage: async () => 'dead-letter' });
    const results = await connected('results');
    await until(async () => (await results.queueDepth(queues.dead.name)).messages === 1);
  });

  it('is attached again after its queue was deleted and declared anew', async () => {
    const scanner = await connected('scanner');
    let seen = 0;
    const consumer = scanner.consume({
      queue: heavy,
      prefetch: 1,
      onMessage: async () => ((seen += 1), 'ack'),
    });
    await until(() => consumer.isActive);
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(heavy.name);
    await until(() => !consumer.isActive);
    await channel.assertQueue(heavy.name, { durable: true, arguments: heavy.arguments });
    await channel.bindQueue(heavy.name, heavy.exchange, heavy.routingKey);
    await admin.close();
    await until(() => consumer.isActive);
    const gateway = await connected('gateway');
    await gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'heavy', message: {}, priority: 1 });
    await until(() => seen === 1);
  });
});

describe('the topology', () => {
  const declaring = async (type: JobQueueType) => {
    const broker = await connected('results', { declares: type });
    await until(() => broker.isConnected);
    return broker;
  };
  const depthOf = async (queue: QueueDefinition) => (await open[0]?.queueDepth(queue.name))?.messages;

  it('is declared again where a queue was deleted, without a new connection', async () => {
    const results = await declaring('classic');
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(light.name);
    const gateway = await connected('gateway');
    // The first is not taken, and makes no one look: that is for whoever declares.
    await expect(gateway.publish(job(1, 1))).rejects.toMatchObject({ code: 'unroutable' });
    const byResults = () => results.publish(job(1, 1)).then(() => true);
    await until(byResults);
    await admin.close();
    expect(await depthOf(light)).toBe(1);
  });

  it('is declared again where a queue is missed by who asks for its depth', async () => {
    const results = await declaring('classic');
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(light.name);
    const again = vi.spyOn(TopologyKeeper.prototype, 'again');
    await expect(results.queueDepth(light.name)).rejects.toThrow('NOT_FOUND');
    // The regular look would have it back, too, only later.
    expect(again).toHaveBeenCalled();
    again.mockRestore();
    await admin.close();
    const isBack = () =>
      results.queueDepth(light.name).then(
        () => true,
        () => false,
      );
    await until(isBack);
  });

  it('with quorum queues leaves the others unbound with what they hold', async () => {
    const gateway = await connected('gateway');
    await gateway.publish(job(1, 1));
    await declaring('quorum');
    await gateway.publish(job(2, 1));
    expect([await depthOf(light), await depthOf(jobQueue('light', 'quorum'))]).toEqual([1, 1]);
    await declaring('classic');
    await gateway.publish(job(3, 1));
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    expect(await depthOf(light)).toBe(2);
    for (const kind of jobQueueKinds) await channel.deleteQueue(jobQueue(kind, 'quorum').name);
    await admin.close();
  });

  it('that the broker refuses in part is declared but for that part, and readiness says which', async () => {
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(heavy.name);
    await channel.deleteQueue(queues.dead.name);
    // An administrator made it otherwise.
    await channel.assertQueue(heavy.name, { durable: true });
    const results = await declaring('classic');
    await expect(depthOf(queues.dead)).resolves.toBe(0);
    expect(() => results.assertReady()).toThrow(/PRECONDITION.FAILED.*scan\.heavy\.classic\.1/);
    await channel.deleteQueue(heavy.name);
    await admin.close();
    await (await declaring('classic')).queueDepth(heavy.name);
  });

  it('that lacks a queue makes its consumer unready with the reason, for as long as it lasts', async () => {
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(heavy.name);
    const scanner = await connected('scanner');
    const consumer = scanner.consume({ queue: heavy, prefetch: 1, onMessage: async () => 'ack' });
    await until(() => consumer.problem?.includes('NOT_FOUND'));
    expect(() => scanner.assertReady()).toThrow(/not consuming scan\.heavy\.classic\.1: .*NOT_FOUND/);
    await declaring('classic');
    await until(() => consumer.isActive);
    scanner.assertReady();
    await admin.close();
  });
});

describe('subscriptions', () => {
  it('get what is published after they began', async () => {
    const gateway = await connected('gateway');
    const seen: unknown[] = [];
    const subscription = gateway.subscribe({
      stream: streams.registry,
      onMessage: (content) => seen.push(content),
    });
    await until(() => subscription.isActive);
    const console = await connected('console');
    await console.publish({
      exchange: exchanges.registry.name,
      routingKey: '',
      message: { v: 1, revision: 7 },
    });
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ v: 1, revision: 7 }]);
  });
});

describe('a restart of the broker', () => {
  it('needs no one: publisher, consumer and subscription come back, persistent messages stay', async () => {
    const gateway = await connected('gateway');
    const scanner = await connected('scanner');
    let events = 0;
    const subscription = gateway.subscribe({
      stream: streams.registry,
      onMessage: () => (events += 1),
    });
    const seen: unknown[] = [];
    const consumer = scanner.consume({
      queue: light,
      prefetch: 1,
      isPaused: true,
      onMessage: async ({ content }) => (seen.push(content), 'ack'),
    });
    await until(() => subscription.isActive);
    await gateway.publish(job(1, 1));
    rabbit.processes[0]?.kill();
    await until(() => !gateway.isConnected && !scanner.isConnected);
    await until(() => gateway.isConnected && scanner.isConnected && subscription.isActive);
    await consumer.resume();
    await gateway.publish(job(2, 1));
    await until(() => seen.length === 2);
    const console = await connected('console');
    await console.publish({ exchange: exchanges.registry.name, routingKey: '', message: {} });
    await until(() => events === 1);
  });
});

/** Between a service and the broker: of the broker's pieces only so many come through on each connection. */
async function openLine(): Promise<{
  url: string;
  limit(pieces: number): void;
  break(): void;
  close(): void;
}> {
  const sockets = new Set<Socket>();
  let pieces = Number.POSITIVE_INFINITY;
  const server = createServer((service) => {
    const upstream = connect(rabbit.port, '127.0.0.1');
    let seen = 0;
    service.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => void ((seen += 1) <= pieces && service.write(bytes)));
    for (const one of [service, upstream]) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => (service.destroy(), upstream.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(rabbit.urlFor('results'));
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = () => sockets.forEach((one) => one.destroy());
  return {
    url: url.href,
    limit: (to) => (pieces = to),
    break: breakAll,
    close: () => (breakAll(), server.close()),
  };
}

describe('a broker that falls silent', () => {
  it('at any moment of an opening connection is asked again, and ends no process', async () => {
    const line = await openLine();
    // With the topology this is the longest opening there is.
    for (const pieces of [0, 2, 4, 10, 25]) {
      line.limit(pieces);
      const broker = await connectBroker({
        url: line.url,
        name: 'silence',
        heartbeatSeconds: 60,
        logger: silent,
        declares: 'classic',
      });
      const consumer = broker.consume({
        queue: queues.verdicts,
        prefetch: 1,
        onMessage: async () => 'ack',
      });
      const isWhole = () => broker.isConnected && consumer.isActive;
      await until(isWhole, 200).catch(() => undefined);
      line.break();
      line.limit(Number.POSITIVE_INFINITY);
      await until(isWhole);
      await broker.close();
    }
    line.close();
  });

  it('keeps no one from stopping', async () => {
    const line = await openLine();
    const broker = await connectBroker({ url: line.url, name: 'stop', heartbeatSeconds: 60, logger: silent });
    const consumer = broker.consume({
      queue: queues.verdicts,
      prefetch: 1,
      onMessage: async () => 'ack',
    });
    await until(() => consumer.isActive);
    line.limit(0);
    await consumer.stop(100);
    await broker.close();
    line.close();
  });
});

describe('an outage', () => {
  it('is told once, however often the broker is asked meanwhile', async () => {
    const told: string[] = [];
    const tell = (_fields: object, message: string) => void told.push(message);
    let attempts = 0;
    const broker = await connectBroker({
      url: 'amqp://127.0.0.1:1/',
      name: 'nobody',
      heartbeatSeconds: 60,
      logger: {
        debug: (_fields, message) => void (attempts += Number(message === 'broker not reachable')),
        info: tell,
        warn: tell,
        error: tell,
      },
    });
    open.push(broker);
    await until(() => attempts >= 2);
    expect(told).toEqual(['broker not reachable']);
  });
});
