import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectBroker, type Broker } from '@sluice/broker';
import {
  declaredQueues,
  exchanges,
  jobPriorities,
  queues,
  type AcceptItem,
  type JobQueueKind,
  type Marker,
  type Verdict,
} from '@sluice/contracts';
import { startPrivateRabbit } from '@sluice/private-servers';
import { createLogger } from '@sluice/runtime';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { itemOf, LedgerFixture, type System } from './ledger-fixture.js';

/** Only what is paused has to miss one soon; a busy machine misses short ones by itself. */
export const heartbeatSeconds = 60;
export const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });

type Rabbit = Awaited<ReturnType<typeof startPrivateRabbit>>;

/** A broker of its own, a ledger, and the connections of services that jobs and verdicts pass through. */
export class LostWorkFixture {
  system!: System;
  /** Undone after each test, the last first. */
  readonly cleanups: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly home: string,
    readonly rabbit: Rabbit,
    readonly ledger: LedgerFixture,
    readonly results: Broker,
    readonly gateway: Broker,
    readonly scanner: Broker,
  ) {}

  static async start(): Promise<LostWorkFixture> {
    const home = await mkdtemp(path.join(tmpdir(), 'sluice-lost-'));
    const [rabbit, ledger] = await Promise.all([startPrivateRabbit({ home }), LedgerFixture.create(12)]);
    const connectAs = connecting(rabbit);
    const [results, gateway, scanner] = await Promise.all([
      connectAs('results'),
      connectAs('gateway'),
      connectAs('scanner'),
    ]);
    const one = new LostWorkFixture(home, rabbit, ledger, results, gateway, scanner);
    await one.areConnected();
    return one;
  }

  async stop(): Promise<void> {
    for (const broker of [this.results, this.gateway, this.scanner]) await broker.close();
    await this.rabbit.stop();
    await this.ledger.close();
    await rm(this.home, { recursive: true, force: true });
  }

  async begin(): Promise<void> {
    await this.ledger.clear();
    await this.ledger.liftLimits();
    this.system = await this.ledger.addSystem();
  }

  async end(): Promise<void> {
    const failures: unknown[] = [];
    for (const cleanup of this.cleanups.splice(0).reverse())
      await cleanup().catch((error: unknown) => failures.push(error));
    const connection = await amqp.connect(this.rabbit.adminUrl);
    const channel = await connection.createChannel();
    for (const { name } of declaredQueues('classic').slice(0, -2)) await channel.purgeQueue(name);
    await connection.close();
    if (failures.length > 0) throw new AggregateError(failures, 'not all could be undone');
  }

  /** One more connection of this service; whoever asks for it closes it. */
  connectAs(service: 'gateway' | 'scanner' | 'results'): Promise<Broker> {
    return connecting(this.rabbit)(service);
  }

  areConnected = (): Promise<boolean> =>
    until(() => [this.results, this.gateway, this.scanner].every((one) => one.isConnected));

  async accept(
    count: number,
    changes: Partial<AcceptItem> = {},
    of: System = this.system,
  ): Promise<AcceptItem[]> {
    const items = Array.from({ length: count }, () => itemOf(of, changes));
    const accepts = new AcceptScans(this.ledger.database);
    for (let from = 0; from < count; from += 64) await accepts.accept(items.slice(from, from + 64));
    return items;
  }

  publish(items: readonly AcceptItem[], queue: JobQueueKind = 'light'): Promise<unknown> {
    return Promise.all(
      items.map((item) =>
        this.gateway.publish({
          exchange: exchanges.jobs.name,
          routingKey: queue,
          priority: queue === 'mail' ? jobPriorities.mail : jobPriorities.other,
          message: jobOf(item),
        }),
      ),
    );
  }

  say(message: Verdict | Marker): Promise<void> {
    const { routingKey } = queues.verdicts;
    return this.scanner.publish({ exchange: exchanges.verdicts.name, routingKey, message });
  }

  async depth(queue: { readonly name: string }): Promise<number> {
    return (await this.results.queueDepth(queue.name)).messages;
  }

  async isSettled(): Promise<boolean> {
    return (await this.ledger.rows(`SELECT FROM ledger.scans WHERE state = 'processing'`)).length === 0;
  }
}

const connecting = (rabbit: Rabbit) => (service: 'gateway' | 'scanner' | 'results') =>
  connectBroker({
    url: rabbit.urlFor(service),
    name: `test ${service}`,
    heartbeatSeconds,
    logger,
    ...(service === 'results' ? { declares: 'classic' as const } : {}),
  });
