import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
import amqp from 'amqplib';
import { connectBroker, type Broker } from './index.js';
import { Line, methods } from './testing/line.js';
import { heavy, job, light, silent, usePrivateBroker } from './testing/use-private-broker.js';
import { TopologyKeeper } from './topology-keeper.js';

const on = usePrivateBroker();
const { connected } = on;

describe('the topology', () => {
  const declaring = async (type: JobQueueType) => {
    const broker = await connected('results', { declares: type });
    await until(() => broker.isConnected);
    return broker;
  };
  const depthOf = async (queue: QueueDefinition) => (await on.open[0]?.queueDepth(queue.name))?.messages;

  it('is declared again where a queue was deleted, without a new connection', async () => {
    const results = await declaring('classic');
    const admin = await amqp.connect(on.rabbit.adminUrl);
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
    const admin = await amqp.connect(on.rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(light.name);
    const again = vi.spyOn(TopologyKeeper.prototype, 'again');
    onTestFinished(() => again.mockRestore());
    await expect(results.queueDepth(light.name)).rejects.toThrow('NOT_FOUND');
    // The regular look would have it back, too, only later.
    expect(again).toHaveBeenCalled();
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
    const admin = await amqp.connect(on.rabbit.adminUrl);
    const channel = await admin.createChannel();
    expect(await depthOf(light)).toBe(2);
    for (const kind of jobQueueKinds) await channel.deleteQueue(jobQueue(kind, 'quorum').name);
    await admin.close();
  });

  it('that the broker refuses in part is declared but for that part, and readiness says which', async () => {
    const admin = await amqp.connect(on.rabbit.adminUrl);
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
    const admin = await amqp.connect(on.rabbit.adminUrl);
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
    on.rabbit.processes[0]?.kill();
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

describe('a connection that ends', () => {
  let line: Line;
  const connect = async (service: 'gateway' | 'results', ends: (line: Line) => unknown) => {
    const own = new Line(on.rabbit.urlFor(service));
    line = own;
    const url = await own.open();
    ends(own);
    const broker = await connectBroker({
      url,
      name: 'ends',
      heartbeatSeconds: 60,
      logger: silent,
      ...(service === 'results' && { declares: 'classic' as const }),
    });
    onTestFinished(async () => {
      await broker.close();
      await own.close();
    });
    return broker;
  };
  const expectWhole = async (broker: Broker) => {
    await until(() => broker.isConnected);
    await expect(broker.queueDepth(light.name)).resolves.toMatchObject({ messages: 0 });
    expect([line.breaksAt, line.closesAt]).toEqual([null, null]);
  };

  it('by the broker as soon as it is open is opened again', async () => {
    const at = methods.connectionOpenOk;
    for (const service of ['gateway', 'results'] as const)
      await expectWhole(await connect(service, (one) => (one.closesAt = at)));
  });

  it('by the broker as soon as all is declared is opened again', async () => {
    await expectWhole(await connect('results', (one) => (one.closesAt = methods.channelCloseOk)));
  });

  it.each([{ breaksByReset: false }, { breaksByReset: true }])(
    'while the channel of the declarations is closed is opened again: %o',
    async ({ breaksByReset }) => {
      const ends = (one: Line) => Object.assign(one, { breaksByReset, breaksAt: methods.channelClose });
      await expectWhole(await connect('results', ends));
    },
  );
});

describe('a broker that falls silent', () => {
  it('at any moment of an opening connection is asked again, and ends no process', async () => {
    const line = new Line(on.rabbit.urlFor('results'));
    const url = await line.open();
    // With the topology this is the longest opening there is.
    for (const pieces of [0, 2, 4, 10, 25]) {
      line.pieces = pieces;
      const broker = await connectBroker({
        url,
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
      line.pieces = Number.POSITIVE_INFINITY;
      await until(isWhole);
      await broker.close();
    }
    await line.close();
  });

  it('keeps no one from stopping', async () => {
    const line = new Line(on.rabbit.urlFor('results'));
    const url = await line.open();
    const broker = await connectBroker({ url, name: 'stop', heartbeatSeconds: 60, logger: silent });
    const consumer = broker.consume({
      queue: queues.verdicts,
      prefetch: 1,
      onMessage: async () => 'ack',
    });
    await until(() => consumer.isActive);
    line.pieces = 0;
    await consumer.stop(100);
    await broker.close();
    await line.close();
  });
});
