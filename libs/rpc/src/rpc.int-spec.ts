import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { connectBroker, type Broker } from '@sluice/broker';
import { ledgerRpc, queues, type ScanRequest } from '@sluice/contracts';
import { until } from '@sluice/timing';
import { startPrivateRabbit } from '@sluice/private-servers';
import amqp from 'amqplib';
import { requestOf, RpcClient, RpcServer, rpcFault } from './index.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const registrationId = '018f6b1e-7d3a-7c00-8000-000000000001';
/** What the handlers below do next; each test sets its own. */
let behaviour: 'answer' | 'slow' | 'hang' | 'refuse' | 'break' | 'nonsense' = 'answer';
let asked = 0;
let letGo: () => void = () => undefined;
let isLetGo: Promise<void>;

@Controller()
class TestLedger {
  @MessagePattern(ledgerRpc.deleteAllScans.pattern)
  async deleteAll(@Payload(requestOf(ledgerRpc.deleteAllScans)) _request: object): Promise<unknown> {
    asked += 1;
    if (behaviour === 'slow') await isLetGo;
    if (behaviour === 'hang') await new Promise(() => undefined);
    if (behaviour === 'refuse') throw rpcFault('unavailable');
    if (behaviour === 'break') throw new Error('secret detail');
    return behaviour === 'nonsense' ? { ok: 'perhaps' } : { ok: true };
  }

  @MessagePattern(ledgerRpc.report.pattern)
  report(@Payload(requestOf(ledgerRpc.report)) _request: ScanRequest): unknown {
    return { report: null };
  }
}

@Module({ controllers: [TestLedger] })
class TestModule {}

type Rabbit = Awaited<ReturnType<typeof startPrivateRabbit>>;
let home: string;
let rabbit: Rabbit;
let servers: INestMicroservice[] = [];
let client: RpcClient;
const brokers: Broker[] = [];

const connectTo = async (url: string, options: { heartbeatSeconds?: number; declares?: 'classic' } = {}) => {
  const broker = await connectBroker({ url, name: 'test', heartbeatSeconds: 60, logger: silent, ...options });
  brokers.push(broker);
  return broker;
};
const clientTo = async (url: string, heartbeatSeconds = 60) =>
  new RpcClient((await connectTo(url, { heartbeatSeconds })).openRequests());

async function serve(url = rabbit.urlFor('results')): Promise<RpcServer> {
  const strategy = await serveLater(url);
  await until(() => isReady(strategy));
  return strategy;
}

async function serveLater(url: string): Promise<RpcServer> {
  const strategy = new RpcServer({ broker: await connectTo(url, { declares: 'classic' }), prefetch: 8 });
  const app = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
  await app.listen();
  servers.push(app);
  return strategy;
}

const isReady = (one: { assertReady(): void }) => {
  try {
    one.assertReady();
    return true;
  } catch {
    return false;
  }
};

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-rpc-'));
  rabbit = await startPrivateRabbit({ home });
});
afterAll(async () => {
  await rabbit?.stop();
  await rm(home, { recursive: true, force: true });
});
beforeEach(async () => {
  behaviour = 'answer';
  asked = 0;
  isLetGo = new Promise((resolve) => (letGo = resolve));
  client = await clientTo(rabbit.urlFor('gateway'));
  await until(() => client.isConnected);
});
afterEach(async () => {
  await client.close();
  await Promise.all(servers.map((one) => one.close()));
  servers = [];
  await Promise.all(brokers.splice(0).map((one) => one.close()));
});

const ask = (timeoutMs = 60_000, of = client) =>
  of.ask(ledgerRpc.deleteAllScans, { registrationId, instance: null }, { timeoutMs });

/** Between a service and the broker. */
class Line {
  /** So many of the broker's pieces come through on each connection, then it is silent. */
  pieces = Number.POSITIVE_INFINITY;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((service) => {
    const broker = connect(Number(new URL(rabbit.adminUrl).port), '127.0.0.1');
    let seen = 0;
    service.on('data', (bytes: Buffer) => broker.write(bytes));
    broker.on('data', (bytes: Buffer) => void ((seen += 1) <= this.pieces && service.write(bytes)));
    for (const one of [service, broker]) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => (service.destroy(), broker.destroy()));
    }
  });

  async open(user: 'gateway' | 'results'): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(rabbit.urlFor(user));
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** As a frozen broker: nothing the service says is taken. */
  hold(): void {
    for (const one of this.sockets) one.pause();
  }

  break(): void {
    for (const one of this.sockets) one.destroy();
  }

  async close(): Promise<void> {
    this.break();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('requests', () => {
  it('are answered', async () => {
    await serve();
    await expect(ask()).resolves.toEqual({ ok: true });
  });

  it('that no one takes time out and expire on the broker, so that they are not carried out later', async () => {
    await expect(ask(100)).rejects.toMatchObject({ code: 'timeout' });
    await serve();
    await expect(ask()).resolves.toEqual({ ok: true });
    expect(asked).toBe(1);
  });

  it('tell the code of a fault, and nothing of an unexpected error', async () => {
    await serve();
    behaviour = 'refuse';
    await expect(ask()).rejects.toMatchObject({ code: 'remote', remoteCode: 'unavailable' });
    behaviour = 'break';
    await expect(ask()).rejects.toMatchObject({ code: 'remote', remoteCode: 'internal' });
    await expect(ask()).rejects.not.toThrow(/secret/);
  });

  it('with an answer the contract does not know are an error', async () => {
    await serve();
    behaviour = 'nonsense';
    await expect(ask()).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('that do not fit the contract are refused before the handler', async () => {
    await serve();
    const bad = { registrationId: 'no uuid', instance: null };
    await expect(client.ask(ledgerRpc.deleteAllScans, bad, { timeoutMs: 60_000 })).rejects.toMatchObject({
      remoteCode: 'bad-request',
    });
    expect(asked).toBe(0);
  });

  it('in the hands of an instance that dies go to another one', async () => {
    await serve();
    behaviour = 'hang';
    const answer = ask();
    await until(() => asked === 1);
    behaviour = 'answer';
    await servers.shift()?.close();
    await serve();
    await expect(answer).resolves.toEqual({ ok: true });
  });

  it('whose body names another pattern than their routing key are refused', async () => {
    await serve();
    const connection = await amqp.connect(rabbit.urlFor('gateway'));
    const channel = await connection.createConfirmChannel();
    const body = {
      pattern: ledgerRpc.deleteAllScans.pattern,
      data: { registrationId, instance: null },
      id: '1',
    };
    channel.publish('sluice.rpc', ledgerRpc.report.pattern, Buffer.from(JSON.stringify(body)));
    await channel.waitForConfirms();
    await connection.close();
    await ask();
    expect(asked).toBe(1);
  });
});

describe('a server that stops', () => {
  it('answers what it has in hand, and takes nothing more', async () => {
    const stopping = await serve();
    behaviour = 'slow';
    const answers = Array.from({ length: 8 }, () => ask());
    await until(() => asked === 8);
    const stopped = servers.shift()?.close();
    await until(() => !isReady(stopping));
    behaviour = 'answer';
    await expect(ask(300)).rejects.toMatchObject({ code: 'timeout' });
    letGo();
    for (const answer of answers) await expect(answer).resolves.toEqual({ ok: true });
    await stopped;
    expect(asked).toBe(8);
  });

  it('with more answers on their way than it can be told of ends no process', async () => {
    await serve();
    const answers = Promise.allSettled(Array.from({ length: 400 }, () => ask()));
    await until(() => asked > 100);
    await servers.shift()?.close();
    await serve();
    expect((await answers).map((one) => one.status)).not.toContain('rejected');
  });
});

describe('a restart of the broker', () => {
  it('ends waiting requests at once and needs nobody', async () => {
    const server = await serve();
    behaviour = 'hang';
    const waiting = ask(60_000);
    await until(() => asked === 1);
    rabbit.processes[0]?.kill();
    await expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    await expect(ask()).rejects.toMatchObject({ code: 'disconnected' });
    behaviour = 'answer';
    await until(() => client.isConnected && isReady(server));
    await expect(ask()).resolves.toEqual({ ok: true });
  });

  it('serves again after the queue itself was lost', async () => {
    await serve();
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(queues.ledgerRpc.name);
    await admin.close();
    // What is asked in between reaches no queue.
    const isAnswered = () =>
      ask(500).then(
        () => true,
        () => false,
      );
    await until(isAnswered);
  });
});

describe('a connection that breaks', () => {
  let line: Line;
  let url: string;
  let behindLine: RpcClient;
  const start = async (heartbeatSeconds = 60) => {
    behindLine = await clientTo(url, heartbeatSeconds);
  };
  beforeEach(async () => {
    line = new Line();
    url = await line.open('gateway');
  });
  afterEach(async () => {
    await behindLine.close();
    await line.close();
  });

  it('takes requests along that had not arrived: nothing is sent later, behind callers who were told', async () => {
    await serve();
    await start();
    await until(() => behindLine.isConnected);
    line.hold();
    const bulk = { registrationId, instance: 'x'.repeat(5000) };
    const patience = { timeoutMs: 60_000 };
    const all = Array.from({ length: 1500 }, () => behindLine.ask(ledgerRpc.deleteAllScans, bulk, patience));
    const endings = Promise.allSettled([...all, ask(60_000, behindLine)]);
    // Later turns have had their chance to send.
    await new Promise((resolve) => setImmediate(resolve));
    line.break();
    for (const one of await endings)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'disconnected' } });
    await until(() => behindLine.isConnected);
    await expect(ask(60_000, behindLine)).resolves.toEqual({ ok: true });
    expect(asked).toBe(1);
  });

  it('at any moment of its opening is opened again, and ends no process', async () => {
    for (const pieces of [0, 2, 3, 4]) {
      line.pieces = pieces;
      await start(1);
      // Long enough for what comes through to have come.
      await until(() => behindLine.isConnected, 300).catch(() => undefined);
      line.break();
      line.pieces = Number.POSITIVE_INFINITY;
      await until(() => behindLine.isConnected);
      await behindLine.close();
    }
  });

  it('at any moment of the opening at the side that serves is opened again as well', async () => {
    const own = new Line();
    const served = await own.open('results');
    for (const pieces of [0, 2, 3, 4, 5, 7]) {
      own.pieces = pieces;
      const server = await serveLater(served);
      await until(() => isReady(server), 300).catch(() => undefined);
      own.break();
      own.pieces = Number.POSITIVE_INFINITY;
      await until(() => isReady(server));
      await server.close();
    }
    await own.close();
    await start();
  });

  it('ends waiting requests as what they are when the client is closed, also while the broker is silent', async () => {
    await serve();
    await start();
    await until(() => behindLine.isConnected);
    behaviour = 'hang';
    const waiting = ask(60_000, behindLine);
    const ending = expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    await until(() => asked === 1);
    line.hold();
    await behindLine.close();
    await ending;
  });

  it('for an exchange that was lost is made again, and works once it is declared', async () => {
    await start();
    await until(() => behindLine.isConnected);
    const admin = await amqp.connect(rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteExchange('sluice.rpc');
    await expect(ask(60_000, behindLine)).rejects.toMatchObject({ code: 'disconnected' });
    await serve();
    await channel.bindQueue(queues.sightings.name, 'sluice.rpc', queues.sightings.routingKey);
    await admin.close();
    await until(() =>
      ask(2000, behindLine).then(
        () => true,
        () => false,
      ),
    );
  });
});
