import 'reflect-metadata';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import amqp from 'amqplib';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type Broker, connectBroker } from '@sluice/broker';
import { buildMail, buildZip } from '@sluice/containers/testing';
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
  queues,
} from '@sluice/contracts';
import { eicarTestFile } from '@sluice/engine-clamav';
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

const root = path.resolve(import.meta.dirname, '../../..');
const logger = createLogger({ service: 'test', instance: 'test', level: 'silent' });

/** What the ledger answers and was asked; each test looks at its own submissions. */
const begun: string[] = [];
/** Scans that the ledger gives up at their third begin; the real one does it at the fourth. */
const givenUp = new Set<string>();

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

describe('a scanner', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'sc-'));
  const verdicts: Verdict[] = [];
  const markers: unknown[] = [];
  const dead: unknown[] = [];
  const statuses: ServiceStatus[] = [];
  const scanners = new Set<ChildProcess>();
  let rabbit: PrivateRabbit;
  let clamd: PrivateClamd | null = null;
  let clamdUrl: string;
  let broker: Broker;
  let gateway: Broker;
  let ledger: INestMicroservice;
  let store: ObjectStore;

  async function startClamd(): Promise<void> {
    clamd = await startPrivateClamd({ home, officialDatabase: null });
    clamdUrl = clamd.url;
  }

  async function stopClamd(): Promise<void> {
    await clamd?.stop();
    clamd = null;
  }

  async function startScanner(
    env: Record<string, string> = {},
  ): Promise<{ process: ChildProcess; url: string }> {
    const port = await findFreePort();
    const child = spawn(process.execPath, ['apps/scanner/dist/main.js'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        AMQP_URL: rabbit.urlFor('scanner'),
        AMQP_HEARTBEAT_SECONDS: '60',
        MANAGEMENT_PORT: String(port),
        OBJECT_STORE_URL: `file://${home}/objects`,
        CLAMD_URL: clamdUrl,
        LOG_LEVEL: 'info',
        ...env,
      },
    });
    scanners.add(child);
    child.once('exit', () => scanners.delete(child));
    return { process: child, url: `http://127.0.0.1:${port}` };
  }

  const killScanners = (): Promise<unknown> =>
    Promise.all(
      [...scanners].map(async (child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );

  const isReady = (url: string): Promise<boolean> =>
    fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );

  async function submit(bytes: Buffer, kind: JobQueueKind = 'light'): Promise<Job> {
    const writer = await store.create();
    await writer.write(bytes);
    await writer.commit();
    return publish(writer.key, bytes, kind);
  }

  /** All but the first share a file. */
  async function submitTogether(objects: readonly Buffer[], kind: JobQueueKind = 'light'): Promise<Job[]> {
    const keys = await Promise.all(objects.map((bytes) => store.createShared(bytes)));
    const jobs: Job[] = [];
    for (const [index, key] of keys.entries()) jobs.push(await publish(key, objects[index]!, kind));
    expect(new Set(jobs.slice(1).map((job) => groupKeyOf(job.objectKey))).size).toBe(1);
    return jobs;
  }

  async function publish(objectKey: string, bytes: Buffer, kind: JobQueueKind): Promise<Job> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const what = { sizeBytes: bytes.length, sha256, objectType: 'file' } as const;
    const job: Job = { kind: 'job', v: 1, submissionId: randomUUID(), objectKey, ...what };
    const priority = kind === 'mail' ? jobPriorities.mail : jobPriorities.other;
    await gateway.publish({ exchange: exchanges.jobs.name, routingKey: kind, message: job, priority });
    return job;
  }

  /** Ends every scanner and empties these queues: what is in them would keep the scanners of the next test. */
  async function discard(names: readonly string[]): Promise<void> {
    await killScanners();
    const connection = await amqp.connect(rabbit.adminUrl);
    const channel = await connection.createChannel();
    for (const name of names) {
      await until(async () => (await channel.checkQueue(name)).consumerCount === 0);
      await channel.purgeQueue(name);
    }
    await connection.close();
  }

  const verdictOf = ({ submissionId }: Job): Promise<Verdict> =>
    // A busy machine takes a minute alone to start a scanner that then has 90 MB to do.
    until(() => verdicts.find((verdict) => verdict.submissionId === submissionId), 240_000);

  beforeAll(async () => {
    execFileSync(process.execPath, ['tools/build/build.mjs'], { cwd: root });
    mkdirSync(path.join(home, 'objects'));
    rabbit = await startPrivateRabbit({ home });
    await startClamd();
    store = await openObjectStore(`file://${home}/objects`);
    broker = await connectBroker({
      url: rabbit.urlFor('results'),
      name: 'test',
      heartbeatSeconds: 60,
      logger,
      declares: 'classic',
    });
    gateway = await connectBroker({
      url: rabbit.urlFor('gateway'),
      name: 'test',
      heartbeatSeconds: 60,
      logger,
    });
    const take = (queue: QueueDefinition, into: (content: unknown) => void): void => {
      broker.consume({ queue, prefetch: 10, onMessage: async ({ content }) => (into(content), 'ack') });
    };
    take(queues.verdicts, (content) => {
      const message = content as Verdict | { kind: 'marker' };
      if (message.kind === 'verdict') verdicts.push(message);
      else markers.push(message);
    });
    take(queues.status, (content) => statuses.push(content as ServiceStatus));
    const strategy = new RpcServer({ broker, prefetch: 8 });
    ledger = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
    await ledger.listen();
    await until(() => gateway.isConnected && broker.isConnected);
  });
  afterAll(async () => {
    await ledger?.close();
    await broker?.close();
    await gateway?.close();
    await stopClamd();
    await rabbit?.stop();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    if (clamd === null) await startClamd();
  });
  afterEach(() => killScanners());

  it('becomes ready, scans, and says what it found and where', async () => {
    const { url } = await startScanner();
    await until(() => isReady(url));
    const zip = buildZip([{ name: 'eicar.com', bytes: eicarTestFile() }]);
    const infected = await submit(buildMail([{ name: 'invoice.zip', bytes: zip }]));
    const clean = await submit(Buffer.from('harmless'));
    const heavy = await submit(randomBytes(1_000_000), 'heavy');
    expect(await verdictOf(infected)).toMatchObject({
      outcome: 'infected',
      detections: [{ engine: 'clamav', path: ['invoice.zip', 'eicar.com'] }],
      object: { detectedType: 'message/rfc822', mail: { from: 'sender@example.com' } },
    });
    expect(await verdictOf(clean)).toMatchObject({ outcome: 'clean', reason: null });
    expect(await verdictOf(heavy)).toMatchObject({ outcome: 'clean' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/sluice_scans_total\{outcome="infected",reason="none",service="scanner"\} 1/);
    const status = await until(() => statuses.find((one) => one.service === 'scanner' && one.isReady));
    expect(status.engines.map((engine) => [engine.engine, engine.isHealthy])).toEqual([
      ['clamav', true],
      ['inspector', true],
    ]);
  });

  it('sends markers straight on and unreadable messages to the dead letters', async () => {
    broker.consume({
      queue: queues.dead,
      prefetch: 1,
      onMessage: async ({ content }) => (dead.push(content), 'ack'),
    });
    await startScanner();
    const marker = {
      kind: 'marker',
      v: 1,
      markerId: randomUUID(),
      queue: jobQueue('light', 'classic').name,
      priority: 1,
    };
    await gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'light', message: marker });
    await gateway.publish({ exchange: exchanges.jobs.name, routingKey: 'heavy', message: { not: 'a job' } });
    await until(() => markers.length > 0 && dead.length > 0);
    expect(markers).toContainEqual(marker);
    expect(dead).toEqual([{ not: 'a job' }]);
  });

  it('takes no jobs while clamd is away, and does its work when clamd is back', async () => {
    await stopClamd();
    // The broker may still count the scanner of the test before, and would give it the job.
    // Killed before it could acknowledge, it has left what it had in hand.
    const light = jobQueue('light', 'classic').name;
    const before = await until(async () => {
      const depth = await broker.queueDepth(light);
      return depth.consumers === 0 ? depth : undefined;
    });
    const { url } = await startScanner();
    const job = await submit(eicarTestFile());
    await until(async () =>
      (await (await fetch(`${url}/health/ready`).catch(() => null))?.text())?.includes('clamav'),
    );
    expect(await broker.queueDepth(light)).toEqual({ messages: before.messages + 1, consumers: 0 });
    await startClamd();
    expect(await verdictOf(job)).toMatchObject({ outcome: 'infected' });
    expect(begun).not.toContain(job.submissionId);
    clamd?.processes[0]?.kill();
    const next = await submit(eicarTestFile());
    expect(await verdictOf(next)).toMatchObject({
      outcome: expect.stringMatching(/infected|failed-attempt/),
    });
  });

  it('has a scan that brought down a scanner announced before it is done again', async () => {
    const first = await startScanner();
    await until(() => isReady(first.url));
    const job = await submit(randomBytes(90 * 1024 * 1024), 'heavy');
    await until(async () => /busy_slots\{[^}]*\} 1/.test(await (await fetch(`${first.url}/metrics`)).text()));
    first.process.kill('SIGKILL');
    await startScanner();
    expect(await verdictOf(job)).toMatchObject({ outcome: 'clean' });
    expect(begun.filter((one) => one === job.submissionId)).toHaveLength(1);
  });

  it('gives the others in a shared file their verdicts, though one of them brings scanners down each time', async () => {
    const standIn = { NODE_ENV: 'test', SCANNER_STAND_IN_ENGINE_MS: '0', SCANNER_SLOTS: '1' };
    const first = await startScanner(standIn);
    await until(() => isReady(first.url));
    const innocent = Array.from({ length: 6 }, () => randomBytes(2000));
    // Not in the first place, where it would have a file of its own.
    const poison = Buffer.from(`stand-in: 600000\n${randomUUID()}`);
    const [alone, poisonous, ...others] = await submitTogether([innocent[0]!, poison, ...innocent.slice(1)]);
    givenUp.add(poisonous!.submissionId);
    await verdictOf(alone!);
    await until(async () => /busy_slots\{[^}]*\} 1/.test(await (await fetch(`${first.url}/metrics`)).text()));
    for (let deaths = 1; deaths <= 2; deaths += 1) {
      await killScanners();
      await startScanner(standIn);
      await until(() => begun.filter((one) => one === poisonous!.submissionId).length === deaths);
    }
    await killScanners();
    await startScanner(standIn);
    for (const job of others)
      expect(await verdictOf(job)).toMatchObject({ outcome: 'clean', object: { sha256: job.sha256 } });
    expect(verdicts.map((one) => one.submissionId)).not.toContain(poisonous!.submissionId);
  });

  it.each([1, 2])(
    'scans mail of any size while slow objects of others have its only slots (%i scanners)',
    async (count) => {
      const standIn = { NODE_ENV: 'test', SCANNER_STAND_IN_ENGINE_MS: '0', SCANNER_SLOTS: '1' };
      const started = await Promise.all(Array.from({ length: count }, () => startScanner(standIn)));
      const areReady = () => Promise.all(started.map(({ url }) => isReady(url)));
      await until(async () => (await areReady()).every(Boolean));
      const slow: Job[] = [];
      const submitSlow = async (kind: JobQueueKind): Promise<void> => {
        slow.push(await submit(Buffer.from(`stand-in: 600000\n${randomUUID()}`), kind));
      };
      for (let one = 0; one < count; one += 1) await submitSlow('heavy');
      // More than there are slots: some wait in the hands of scanners and in the queue.
      for (let one = 0; one < 3 * count; one += 1) await submitSlow('light');
      const isBusy = async ({ url }: { url: string }): Promise<boolean> =>
        /busy_slots\{[^}]*\} 2/.test(await (await fetch(`${url}/metrics`)).text());
      await until(async () => (await Promise.all(started.map(isBusy))).every(Boolean));
      const mails = [
        await submit(Buffer.from('a mail'), 'mail'),
        await submit(randomBytes(20_000_000), 'mail'),
      ];
      const small = Array.from({ length: 8 }, () => randomBytes(2000));
      mails.push(...(await submitTogether(small, 'mail')));
      for (const mail of mails) expect(await verdictOf(mail)).toMatchObject({ outcome: 'clean' });
      expect(await Promise.all(started.map(isBusy))).toEqual(started.map(() => true));
      const finished = new Set(verdicts.map((one) => one.submissionId));
      expect(slow.filter((one) => finished.has(one.submissionId))).toEqual([]);
      const left = [jobQueue('light', 'classic'), jobQueue('heavy', 'classic')];
      await discard(left.map(({ name }) => name));
    },
    600_000,
  );

  it('finishes what it has in hand when it is stopped, and leaves no process', async () => {
    const scanner = await startScanner();
    await until(() => isReady(scanner.url));
    const pids = childrenOf(scanner.process.pid);
    expect(pids.length).toBeGreaterThan(1);
    const job = await submit(randomBytes(60 * 1024 * 1024), 'heavy');
    await until(async () =>
      /busy_slots\{[^}]*\} 1/.test(await (await fetch(`${scanner.url}/metrics`)).text()),
    );
    const ended = once(scanner.process, 'exit');
    scanner.process.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await verdictOf(job)).toMatchObject({ outcome: 'clean' });
    expect(begun).not.toContain(job.submissionId);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  });

  it('leaves no inspector behind when it is killed', async () => {
    const scanner = await startScanner();
    await until(() => isReady(scanner.url));
    const pids = childrenOf(scanner.process.pid);
    scanner.process.kill('SIGKILL');
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it.each([
    [{ CLAMD_URL: 'http://clamd' }, 'CLAMD_URL is wrong: has to be unix:/path or tcp://host:port'],
    [{ SCANNER_SLOTS: '0' }, 'SCANNER_SLOTS is wrong'],
    [{ MANAGEMENT_PORT: '' }, 'MANAGEMENT_PORT is not set'],
  ])('ends at once with one clear line when its configuration is wrong: %j', async (wrong, line) => {
    const env = {
      AMQP_URL: 'amqp://x',
      MANAGEMENT_PORT: '0',
      OBJECT_STORE_URL: `file://${home}/objects`,
      ...wrong,
    };
    const child = spawn(process.execPath, ['apps/scanner/dist/main.js'], { cwd: root, env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
    expect(said).toContain(`scanner: ${line}`);
  });
});

function childrenOf(pid: number | undefined): number[] {
  const said = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)]).toString();
  return said
    .split('\n')
    .map(Number)
    .filter((one) => one > 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
