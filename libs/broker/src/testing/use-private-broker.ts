import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { declaredQueues, exchanges, formerJobQueues, jobQueue } from '@sluice/contracts';
import { startPrivateRabbit } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import { declareTopology } from '../declare-topology.js';
import { connectBroker, type Broker, type BrokerOptions } from '../index.js';

export const light = jobQueue('light', 'classic');
export const heavy = jobQueue('heavy', 'classic');
export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** To be published. */
export const job = (id: number, priority: number) => ({
  exchange: exchanges.jobs.name,
  routingKey: 'light',
  message: { id },
  priority,
});

type Service = 'gateway' | 'scanner' | 'results' | 'console';

/** A RabbitMQ of a suite's own, and connections of services, which end with their test. */
export class PrivateBroker {
  rabbit!: Awaited<ReturnType<typeof startPrivateRabbit>>;
  readonly open: Broker[] = [];

  connected = async (service: Service, options: Partial<BrokerOptions> = {}): Promise<Broker> => {
    const broker = await connectBroker({
      url: this.rabbit.urlFor(service),
      name: `test ${service}`,
      heartbeatSeconds: 60,
      logger: silent,
      ...options,
    });
    this.open.push(broker);
    await until(() => broker.isConnected);
    return broker;
  };

  /** After one that failed half-way queues may be gone, made otherwise or bound elsewhere: then all are made anew. */
  async endTest(hasFailed: boolean): Promise<void> {
    await Promise.all(this.open.splice(0).map((broker) => broker.close()));
    const connection = await amqp.connect(this.rabbit.adminUrl);
    const channel = await connection.createChannel();
    // Streams keep what they have.
    const all = declaredQueues('classic').slice(0, -2);
    if (hasFailed) {
      for (const { name } of [...formerJobQueues('classic'), ...all]) await channel.deleteQueue(name);
      await declareTopology(connection, 'classic');
    }
    for (const { name } of all) await channel.purgeQueue(name);
    await connection.close();
  }
}

export function usePrivateBroker(): PrivateBroker {
  const on = new PrivateBroker();
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'sluice-broker-'));
    on.rabbit = await startPrivateRabbit({ home });
  });
  afterAll(async () => {
    await on.rabbit?.stop();
    await rm(home, { recursive: true, force: true });
  });
  afterEach(({ task }) => on.endTest(task.result?.state === 'fail'));
  return on;
}
