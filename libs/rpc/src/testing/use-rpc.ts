import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { connectBroker, type Broker } from '@sluice/broker';
import { ledgerRpc, type ScanRequest } from '@sluice/contracts';
import { startPrivateRabbit } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import { requestOf, RpcClient, rpcFault, RpcServer } from '../index.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
export const registrationId = '018f6b1e-7d3a-7c00-8000-000000000001';

/** What the handlers do next, and how often they were asked; each test sets its own. */
class Behaviour {
  next: 'answer' | 'slow' | 'hang' | 'refuse' | 'break' | 'nonsense' = 'answer';
  asked = 0;
  /** Ends the wait of slow ones. */
  letGo: () => void = () => undefined;
  isLetGo = new Promise<void>((resolve) => (this.letGo = resolve));
}
let behaviour = new Behaviour();

@Controller()
class TestLedger {
  @MessagePattern(ledgerRpc.deleteAllScans.pattern)
  async deleteAll(@Payload(requestOf(ledgerRpc.deleteAllScans)) _request: object): Promise<unknown> {
    behaviour.asked += 1;
    const { next } = behaviour;
    if (next === 'slow') await behaviour.isLetGo;
    if (next === 'hang') await new Promise(() => undefined);
    if (next === 'refuse') throw rpcFault('unavailable');
    if (next === 'break') throw new Error('secret detail');
    return next === 'nonsense' ? { ok: 'perhaps' } : { ok: true };
  }

  @MessagePattern(ledgerRpc.report.pattern)
  report(@Payload(requestOf(ledgerRpc.report)) _request: ScanRequest): unknown {
    return { report: null };
  }
}

@Module({ controllers: [TestLedger] })
class TestModule {}

export const isReady = (one: { assertReady(): void }) => {
  try {
    one.assertReady();
    return true;
  } catch {
    return false;
  }
};

/** A client before a broker of a suite's own, and servers that may come and go. */
export class Rpc {
  rabbit!: Awaited<ReturnType<typeof startPrivateRabbit>>;
  client!: RpcClient;
  behaviour!: Behaviour;
  servers: INestMicroservice[] = [];
  private readonly brokers: Broker[] = [];

  clientTo = async (url: string, heartbeatSeconds = 60): Promise<RpcClient> =>
    new RpcClient((await this.connectTo(url, { heartbeatSeconds })).openRequests());

  /** One that is ready. */
  serve = async (): Promise<RpcServer> => {
    const strategy = await this.serveLater(this.rabbit.urlFor('results'));
    await until(() => isReady(strategy));
    return strategy;
  };

  serveLater = async (url: string): Promise<RpcServer> => {
    const broker = await this.connectTo(url, { declares: 'classic' });
    const strategy = new RpcServer({ broker, prefetch: 8 });
    const app = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
    await app.listen();
    this.servers.push(app);
    return strategy;
  };

  ask = (timeoutMs = 60_000, of = this.client) =>
    of.ask(ledgerRpc.deleteAllScans, { registrationId, instance: null }, { timeoutMs });

  async beginTest(): Promise<void> {
    behaviour = new Behaviour();
    this.behaviour = behaviour;
    this.client = await this.clientTo(this.rabbit.urlFor('gateway'));
    await until(() => this.client.isConnected);
  }

  async endTest(): Promise<void> {
    await this.client.close();
    await Promise.all(this.servers.splice(0).map((one) => one.close()));
    await Promise.all(this.brokers.splice(0).map((one) => one.close()));
  }

  private connectTo = async (
    url: string,
    options: { heartbeatSeconds?: number; declares?: 'classic' },
  ): Promise<Broker> => {
    const common = { name: 'test', heartbeatSeconds: 60, logger: silent };
    const broker = await connectBroker({ url, ...common, ...options });
    this.brokers.push(broker);
    return broker;
  };
}

export function useRpc(): Rpc {
  const on = new Rpc();
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'sluice-rpc-'));
    on.rabbit = await startPrivateRabbit({ home });
  });
  afterAll(async () => {
    await on.rabbit?.stop();
    await rm(home, { recursive: true, force: true });
  });
  beforeEach(() => on.beginTest());
  afterEach(() => on.endTest());
  return on;
}
