import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, queues, type ScanRequest } from '@sluice/contracts';
import { startPrivateRabbit } from '@sluice/tool-launcher';
import amqp from 'amqplib';
import { createRpcClient, requestOf, RpcServer, rpcFault, type RpcClient } from './index.js';

const silent = { debug() {}, warn() {} };
const registrationId = '018f6b1e-7d3a-7c00-8000-000000000001';
/** What the handlers below do next; each test sets its own. */
let behaviour: 'answer' | 'hang' | 'refuse' | 'break' | 'nonsense' = 'answer';
let asked = 0;

@Controller()
class TestLedger {
  @MessagePattern(ledgerRpc.deleteAllScans.pattern)
  async deleteAll(@Payload(requestOf(ledgerRpc.deleteAllScans)) _request: object): Promise<unknown> {
    asked += 1;
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

async function serve(): Promise<RpcServer> {
  const strategy = new RpcServer({
    url: rabbit.urlFor('results'),
    name: 'test ledger',
    prefetch: 8,
    heartbeatSeconds: 5,
  });
  const app = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
  await app.listen();
  servers.push(app);
  await until(() => isReady(strategy));
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

async function until(isTrue: () => boolean | Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-rpc-'));
  rabbit = await startPrivateRabbit({ home });
}, 60_000);
afterAll(async () => {
  await rabbit?.stop();
  await rm(home, { recursive: true, force: true });
}, 30_000);
beforeEach(async () => {
  behaviour = 'answer';
  asked = 0;
  client = createRpcClient({
    url: rabbit.urlFor('gateway'),
    name: 'test gateway',
    heartbeatSeconds: 5,
    logger: silent,
  });
  client.connect();
  await until(() => client.isConnected);
});
afterEach(async () => {
  await client.close();
  await Promise.all(servers.map((one) => one.close()));
  servers = [];
});

const ask = (timeoutMs = 5000) =>
  client.ask(ledgerRpc.deleteAllScans, { registrationId, instance: null }, { timeoutMs });

describe('requests', () => {
  it('are answered', async () => {
    await serve();
    await expect(ask()).resolves.toEqual({ ok: true });
  });

  it('that nobody takes time out and expire on the broker, so that they are not carried out later', async () => {
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
    await expect(client.ask(ledgerRpc.deleteAllScans, bad)).rejects.toMatchObject({
      remoteCode: 'bad-request',
    });
    expect(asked).toBe(0);
  });

  it('in the hands of an instance that dies go to another one', async () => {
    await serve();
    behaviour = 'hang';
    const answer = ask(20_000);
    await until(() => asked === 1);
    behaviour = 'answer';
    await servers.shift()?.close();
    await serve();
    await expect(answer).resolves.toEqual({ ok: true });
  }, 40_000);

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
    await until(() => client.isConnected && isReady(server), 60_000);
    await expect(ask()).resolves.toEqual({ ok: true });
  }, 90_000);

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
  }, 60_000);
});
