import 'reflect-metadata';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import amqp from 'amqplib';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type Broker, connectBroker } from '@sluice/broker';
import {
  type Job,
  type JobQueueKind,
  type ServiceStatus,
  type Verdict,
  exchanges,
  groupKeyOf,
  ledgerRpc,
  type QueueDefinition,
  jobPriorities,
  jobQueue,
  jobQueueKinds,
  queues,
} from '@sluice/contracts';
import { type ObjectStore, openObjectStore } from '@sluice/object-store';
import { RpcServer, requestOf } from '@sluice/rpc';
import { until } from '@sluice/timing';
import { createLogger } from '@sluice/runtime';
import {
  type PrivateClamd,
  type PrivateRabbit,
  findFreePort,
  startPrivateClamd,
  startPrivateRabbit,
} from '@sluice/private-servers';

const root = path.resolve(import.meta.dirname, '../../../..');
const logger = createLogger({ service: 'test', instance: 'test', level: 'silent' });

/** What the ledger was asked; each test looks at its own submissions. */
export const begun: string[] = [];
/** Scans that the ledger gives up at their third begin; the real one does it at the fourth. */
export const givenUp = new Set<string>();

@Controller()
class TestLedger {
  @MessagePattern(ledgerRpc.begin.pattern)
  begin(@Payload(requestOf(ledgerRpc.begin)) { submissionId }: { submissionId: string }): unknown {
    begun.push(submissionId);
    const begins = begun.filter((one) => one === submissionId).length;
    return { decision: givenUp.has(submissionId) && begins > 2 ? 'drop' : 'go-alone', begins };
  }

  @MessagePattern(ledgerRpc.scannerRegistryChanges.pattern)
  changes(): unknown {
    const settings = { allowTestSignatures: true };
    return { revision: 1, isComplete: true, hasMore: false, entries: [], deleted: [], settings };
  }
}

@Module({ controllers: [TestLedger] })
class TestModule {}

export interface StartedScanner {
  readonly process: ChildProcess;
  readonly url: string;
}

export const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    (answer) => answer.ok,
    () => false,
  );

export const metricsOf = async ({ url }: StartedScanner): Promise<string> =>
  (await fetch(`${url}/metrics`)).text();

/** Just so many of its slots are taken. */
export const isBusy = async (scanner: StartedScanner, slots = 1): Promise<boolean> =>
  new RegExp(`busy_slots\\{[^}]*\\} ${slots}`).test(await metricsOf(scanner));

/** Scanners as processes between a broker, a clamd and a store; gateway and ledger are in the hands of the test. */
export class ScannerSystem {
  readonly home = mkdtempSync(path.join(tmpdir(), 'sc-'));
  readonly verdicts: Verdict[] = [];
  readonly markers: unknown[] = [];
  readonly statuses: ServiceStatus[] = [];
  clamd: PrivateClamd | null = null;
  rabbit!: PrivateRabbit;
  broker!: Broker;
  gateway!: Broker;
  private readonly scanners = new Set<ChildProcess>();
  private store!: ObjectStore;
  private ledger!: INestMicroservice;
  private clamdUrl = '';

  startClamd = async (): Promise<void> => {
    this.clamd = await startPrivateClamd({ home: this.home, officialDatabase: null });
    this.clamdUrl = this.clamd.url;
  };

  stopClamd = async (): Promise<void> => {
    await this.clamd?.stop();
    this.clamd = null;
  };

  startScanner = async (env: Record<string, string> = {}): Promise<StartedScanner> => {
    const port = await findFreePort();
    const child = spawn(process.execPath, ['apps/scanner/dist/main.js'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        AMQP_URL: this.rabbit.urlFor('scanner'),
        AMQP_HEARTBEAT_SECONDS: '60',
        MANAGEMENT_PORT: String(port),
        OBJECT_STORE_URL: `file://${this.home}/objects`,
        CLAMD_URL: this.clamdUrl,
        LOG_LEVEL: 'info',
        ...env,
      },
    });
    this.scanners.add(child);
    child.once('exit', () => this.scanners.delete(child));
    return { process: child, url: `http://127.0.0.1:${port}` };
  };

  killScanners = (): Promise<unknown> =>
    Promise.all(
      [...this.scanners].map(async (child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );

  submit = async (bytes: Buffer, kind: JobQueueKind = 'light'): Promise<Job> => {
    const writer = await this.store.create();
    await writer.write(bytes);
    await writer.commit();
    return this.publish(writer.key, bytes, kind);
  };

  /** All but the first share a file. */
  submitTogether = async (objects: readonly Buffer[], kind: JobQueueKind = 'light'): Promise<Job[]> => {
    const keys = await Promise.all(objects.map((bytes) => this.store.createShared(bytes)));
    const jobs: Job[] = [];
    for (const [index, key] of keys.entries()) jobs.push(await this.publish(key, objects[index]!, kind));
    expect(new Set(jobs.slice(1).map((job) => groupKeyOf(job.objectKey))).size).toBe(1);
    return jobs;
  };

  /** Ends every scanner and empties the queues of jobs. */
  clear = async (): Promise<void> => {
    await this.killScanners();
    const connection = await amqp.connect(this.rabbit.adminUrl);
    const channel = await connection.createChannel();
    for (const { name } of jobQueueKinds.map((kind) => jobQueue(kind, 'classic'))) {
      await until(async () => (await channel.checkQueue(name)).consumerCount === 0);
      await channel.purgeQueue(name);
    }
    await connection.close();
  };

  verdictOf = ({ submissionId }: Job): Promise<Verdict> =>
    // A busy machine takes a minute alone to start a scanner that then has 90 MB to do.
    until(() => this.verdicts.find((verdict) => verdict.submissionId === submissionId), 240_000);

  async begin(): Promise<void> {
    execFileSync(process.execPath, ['tools/build/build.mjs'], { cwd: root });
    mkdirSync(path.join(this.home, 'objects'));
    this.rabbit = await startPrivateRabbit({ home: this.home });
    await this.startClamd();
    this.store = await openObjectStore(`file://${this.home}/objects`);
    const common = { name: 'test', heartbeatSeconds: 60, logger };
    const { rabbit } = this;
    this.broker = await connectBroker({ url: rabbit.urlFor('results'), ...common, declares: 'classic' });
    this.gateway = await connectBroker({ url: rabbit.urlFor('gateway'), ...common });
    this.take(queues.verdicts, (content) => {
      const message = content as Verdict | { kind: 'marker' };
      if (message.kind === 'verdict') this.verdicts.push(message);
      else this.markers.push(message);
    });
    this.take(queues.status, (content) => this.statuses.push(content as ServiceStatus));
    const strategy = new RpcServer({ broker: this.broker, prefetch: 8 });
    this.ledger = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
    await this.ledger.listen();
    await until(() => this.gateway.isConnected && this.broker.isConnected);
  }

  async end(): Promise<void> {
    await this.ledger?.close();
    await this.broker?.close();
    await this.gateway?.close();
    await this.stopClamd();
    await this.rabbit?.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  private take(queue: QueueDefinition, into: (content: unknown) => void): void {
    this.broker.consume({ queue, prefetch: 10, onMessage: async ({ content }) => (into(content), 'ack') });
  }

  private async publish(objectKey: string, bytes: Buffer, kind: JobQueueKind): Promise<Job> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const what = { sizeBytes: bytes.length, sha256, objectType: 'file' } as const;
    const job: Job = { kind: 'job', v: 1, submissionId: randomUUID(), objectKey, ...what };
    const priority = kind === 'mail' ? jobPriorities.mail : jobPriorities.other;
    await this.gateway.publish({ exchange: exchanges.jobs.name, routingKey: kind, message: job, priority });
    return job;
  }
}

/**
 * With clamd running, no scanner and no job before each test. A job whose verdict is out may not be acknowledged yet when
 * its scanner is killed: it would come to the next test as one that has brought a scanner down.
 */
export function useScannerSystem(): ScannerSystem {
  const on = new ScannerSystem();
  beforeAll(() => on.begin());
  afterAll(() => on.end());
  beforeEach(async () => {
    if (on.clamd === null) await on.startClamd();
  });
  afterEach(() => on.clear());
  return on;
}
