import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  exchanges,
  jobQueue,
  ledgerRpc,
  queues,
  streams,
  type QueueDefinition,
  type ServiceName,
} from '@sluice/contracts';
import { until } from '@sluice/timing';
import { startPrivateRabbit } from '@sluice/private-servers';
import amqp from 'amqplib';
import { connectBroker, type Broker } from './index.js';
import {
  allowedTo,
  bytes,
  making,
  publishing,
  reading,
  rearranging,
  streamNames,
} from './testing/broker-attempts.js';

type Rabbit = Awaited<ReturnType<typeof startPrivateRabbit>>;
let home: string;
let rabbit: Rabbit;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-least-'));
  rabbit = await startPrivateRabbit({ home });
});
afterAll(async () => {
  await rabbit?.stop();
  await rm(home, { recursive: true, force: true });
});

describe('every login tries every verb: it may', () => {
  const expected: Readonly<Record<Exclude<ServiceName, 'results'>, readonly string[]>> = {
    gateway: [
      'publish sluice.jobs',
      'ask ledger.gateway.accept',
      'ask ledger.gateway.admit',
      'ask ledger.gateway.states',
      'ask ledger.gateway.report',
      'ask ledger.gateway.delete',
      'ask ledger.gateway.delete-all',
      'ask ledger.gateway.detects',
      'ask ledger.gateway.registry-changes',
      'ask ledger.gateway.hold',
      'ask registry.sightings',
      'ask service.status',
      'publish as gateway',
      'read registry.events.1',
      'read scans.finished.1',
    ],
    scanner: [
      'publish sluice.verdicts',
      'ask ledger.scanner.registry-changes',
      'ask ledger.scanner.begin',
      'ask service.status',
      'publish as scanner',
      'read scan.light.classic.1',
      'read scan.heavy.classic.1',
      'read scan.mail.classic.1',
      'read registry.events.1',
    ],
    console: [
      'publish sluice.registry',
      'ask ledger.console.change-alert',
      'ask ledger.console.change-alerts',
      'ask ledger.console.rescan',
      'ask ledger.console.rescan-kept',
      'ask ledger.console.retry-failed-job',
      'ask ledger.console.delete-failed-job',
      'ask ledger.console.forget-verdicts',
      'ask ledger.console.release-mail',
      'ask ledger.console.refuse-held',
      'ask ledger.console.delete-kept',
      'ask service.status',
      'publish as console',
      'read registry.sightings.1',
    ],
    notifier: ['ask service.status', 'publish as notifier'],
  };

  it.each(Object.entries(expected))('%s, only what the table of topology says', async (service, may) => {
    const attempts = [...publishing, ...reading, ...making, ...rearranging];
    // Reading is what purging needs: nothing of use to an intruder that acknowledging would not be.
    const purges = may
      .filter((name) => name.startsWith('read '))
      .map((name) => name.replace('read', 'purge'));
    const allowed = await allowedTo(rabbit.urlFor(service as ServiceName), attempts);
    expect(allowed.filter((name) => !purges.includes(name))).toEqual(may);
  });

  it('results, everything with its own topology and nothing beside it', async () => {
    const url = rabbit.urlFor('results');
    expect(await allowedTo(url, making)).toEqual([]);
    expect(await allowedTo(url, reading)).toEqual([
      // Jobs, because a queue with a dead-letter exchange is declared by those who may read it.
      'read scan.light.classic.1',
      'read scan.heavy.classic.1',
      'read scan.mail.classic.1',
      'read scan.verdicts.1',
      'read rpc.ledger.1',
      'read service.status.1',
      'read scan.dead.1',
    ]);
    const straight = publishing.filter(([name]) => name.startsWith('publish straight'));
    expect(await allowedTo(url, publishing)).toEqual([
      'publish sluice.jobs',
      'publish sluice.finished',
      'publish sluice.dead',
      'ask service.status',
      'ask scan.restarts',
      // The way replies take. What it sends so is dropped by those who get it, see below.
      ...straight.map(([name]) => name),
      'publish as results',
    ]);
  });
});

describe('a login', () => {
  const others = async (): Promise<void> => (await amqp.connect(rabbit.urlFor('results'))).close();

  it('takes a share of the connections, and leaves the others theirs', async () => {
    const held: amqp.ChannelModel[] = [];
    const take = async (): Promise<void> => {
      while (held.length <= 400) held.push(await amqp.connect(rabbit.urlFor('notifier')));
    };
    await expect(take()).rejects.toThrow();
    await others();
    await Promise.all(held.map((one) => one.close()));
    expect(held).toHaveLength(200);
  });

  it('takes a share of the channels; who wants more loses the connection', async () => {
    const connection = await amqp.connect(rabbit.urlFor('notifier'));
    const refused = new Promise<Error>((resolve) => connection.once('error', resolve));
    const take = async (): Promise<void> => {
      for (;;) await connection.createChannel();
    };
    await expect(take()).rejects.toThrow();
    expect((await refused).message).toMatch(/channels .* user limit of \(2000\)/);
    await others();
  });
});

describe('what gets past the permissions', () => {
  const open: Broker[] = [];
  const errors: string[] = [];
  const logger = {
    debug() {},
    info() {},
    warn() {},
    error: (_fields: object, message: string) => void errors.push(message),
  };
  const closeAll = () => Promise.all(open.splice(0).map((one) => one.close()));
  afterEach(async () => {
    await closeAll();
    errors.length = 0;
  });

  const connectAs = async (service: ServiceName) => {
    const url = rabbit.urlFor(service);
    const broker = await connectBroker({ url, name: `test ${service}`, heartbeatSeconds: 60, logger });
    open.push(broker);
    await until(() => broker.isConnected);
    return broker;
  };

  type Publish = Parameters<amqp.ConfirmChannel['publish']>;
  /** Publishes as somebody would who writes his own client. */
  async function forge(url: string, ...[exchange, key, , options]: Publish): Promise<void> {
    const connection = await amqp.connect(url);
    const channel = await connection.createConfirmChannel();
    channel.publish(exchange, key, Buffer.from('"forged"'), { mandatory: true, ...options });
    await channel.waitForConfirms();
    await connection.close();
  }

  /** What a consumer of the queue is handed while `attack` and then one genuine message arrive. */
  async function handedOut(
    reader: ServiceName,
    queue: QueueDefinition,
    { attack, genuine }: { attack: () => Promise<void>; genuine: [ServiceName, string, string] },
  ): Promise<unknown[]> {
    const [sender, exchange, routingKey] = genuine;
    const seen: unknown[] = [];
    const broker = await connectAs(reader);
    const onMessage = (content: unknown) => void seen.push(content);
    const user = streamNames.includes(queue.name)
      ? broker.subscribe({ stream: queue, onMessage })
      : broker.consume({ queue, prefetch: 10, onMessage: async (one) => (onMessage(one.content), 'ack') });
    await until(() => user.isActive);
    await attack();
    await (await connectAs(sender)).publish({ exchange, routingKey, message: 'genuine' });
    await until(() => seen.includes('genuine'));
    await closeAll();
    return seen;
  }

  const asConsole = ledgerRpc.changeAlert.pattern;
  const requestOfConsole: [ServiceName, string, string] = ['console', exchanges.rpc.name, asConsole];
  const verdict: [ServiceName, string, string] = [
    'scanner',
    exchanges.verdicts.name,
    queues.verdicts.routingKey,
  ];

  it.each(['CC', 'BCC'])('by a header %s, which topic permissions do not see, is dropped', async (header) => {
    for (const userId of [undefined, 'gateway'])
      for (const options of [{ headers: { [header]: [asConsole] } }, { [header]: [asConsole] }]) {
        const properties = userId === undefined ? options : { ...options, userId };
        const attack = () =>
          forge(rabbit.urlFor('gateway'), exchanges.rpc.name, 'service.status', bytes, properties as never);
        expect(await handedOut('results', queues.ledgerRpc, { attack, genuine: requestOfConsole })).toEqual([
          'genuine',
        ]);
      }
    expect(errors).not.toEqual([]);
  });

  it.each([
    ['without a sender', {}],
    ['with its own name', { userId: 'results' }],
  ])('through the default exchange by results, %s, is dropped', async (_how, options) => {
    const attack = () => forge(rabbit.urlFor('results'), '', queues.verdicts.name, bytes, options);
    expect(await handedOut('results', queues.verdicts, { attack, genuine: verdict })).toEqual(['genuine']);
    const job: [ServiceName, string, string] = ['gateway', exchanges.jobs.name, 'light'];
    const sighting: [ServiceName, string, string] = ['gateway', exchanges.rpc.name, 'registry.sightings'];
    const event: [ServiceName, string, string] = ['console', exchanges.registry.name, ''];
    for (const [reader, queue, genuine] of [
      ['console', queues.sightings, sighting],
      ['gateway', streams.registry, event],
      ['scanner', streams.registry, event],
    ] as const) {
      const into = () => forge(rabbit.urlFor('results'), '', queue.name, bytes, options);
      expect(await handedOut(reader, queue, { attack: into, genuine })).toEqual(['genuine']);
    }
    // A job without a sender is dropped as well; with its own name `results` may send some.
    const intoJobs = () =>
      forge(rabbit.urlFor('results'), '', jobQueue('light', 'classic').name, bytes, options);
    const handed = await handedOut('scanner', jobQueue('light', 'classic'), {
      attack: intoJobs,
      genuine: job,
    });
    expect(handed).toEqual('userId' in options ? ['forged', 'genuine'] : ['genuine']);
  });

  it('by an administrator of the broker, under the login of no service, is dropped', async () => {
    const userId = new URL(rabbit.adminUrl).username;
    const attack = () => forge(rabbit.adminUrl, exchanges.rpc.name, asConsole, bytes, { userId });
    expect(await handedOut('results', queues.ledgerRpc, { attack, genuine: requestOfConsole })).toEqual([
      'genuine',
    ]);
    expect(errors).toEqual(['messages dropped: their sender may not send them']);
  });

  it('as a forged answer does not reach whoever asked', async () => {
    const requests = (await connectAs('gateway')).openRequests();
    const results = await connectAs('results');
    await until(() => requests.isOpen);
    const connection = await amqp.connect(rabbit.adminUrl);
    const channel = await connection.createChannel();
    let isForged = false;
    const consumer = results.consume({
      queue: queues.ledgerRpc,
      prefetch: 1,
      onMessage: async ({ reply }) => {
        await until(() => isForged);
        reply('genuine');
        return 'ack';
      },
    });
    // An administrator sees where the answer goes: a copy of the request comes to this queue.
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchanges.rpc.name, 'ledger.#');
    await channel.consume(queue, (message) => {
      const { replyTo, correlationId } = message?.properties ?? {};
      const forged = { correlationId: String(correlationId), userId: new URL(rabbit.adminUrl).username };
      channel.sendToQueue(String(replyTo), Buffer.from('"forged"'), forged);
      isForged = true;
    });
    const request = { exchange: exchanges.rpc.name, routingKey: ledgerRpc.accept.pattern, message: {} };
    expect(await requests.request({ ...request, timeoutMs: 120_000 })).toBe('genuine');
    await consumer.stop(1000);
    await connection.close();
  });
});
