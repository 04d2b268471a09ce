import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectBroker, type Broker } from '@sluice/broker';
import {
  exchanges,
  jobQueue,
  ledgerRpc,
  queues,
  streams,
  type AcceptItem,
  type FinishedHint,
  type Job,
  type Verdict,
} from '@sluice/contracts';
import { RpcClient } from '@sluice/rpc';
import { until } from '@sluice/timing';
import { createLogger, readConfig, runSteps } from '@sluice/runtime';
import { migrate } from '@sluice/schema';
import { startPrivateRabbit } from '@sluice/private-servers';
import { resultsConfigSchema } from './results.config.js';
import { startResults, type RunningResults } from './start-results.js';
import { itemOf, LedgerFixture, verdictOf, type System } from './testing/ledger-fixture.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });

let home: string;
let rabbit: Awaited<ReturnType<typeof startPrivateRabbit>>;
let ledger: LedgerFixture;
let results: RunningResults;
let gateway: RpcClient;
let scanner: Broker;
let system: System;
const hints: FinishedHint[] = [];

const health = async (of = results) => {
  const answer = await fetch(`http://127.0.0.1:${of.managementPort}/health/ready`);
  return { status: answer.status, body: (await answer.json()) as { error?: Record<string, unknown> } };
};

/** With the least privileges: its own database role and its own broker user. */
function start(): Promise<RunningResults> {
  const url = new URL(ledger.url);
  url.username = 'sluice_results';
  url.password = 'for-the-test';
  const env = {
    AMQP_URL: rabbit.urlFor('results'),
    AMQP_HEARTBEAT_SECONDS: '30',
    MANAGEMENT_PORT: '0',
    INSTANCE: 'results-1',
    DATABASE_URL: url.href,
    OBJECT_STORE_URL: `file://${home}/objects`,
  };
  return startResults(readConfig(resultsConfigSchema, env), logger);
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'sluice-results-'));
  [rabbit, ledger] = await Promise.all([startPrivateRabbit({ home }), LedgerFixture.create()]);
  await migrate(ledger.url, { resultsPassword: 'for-the-test' });
  results = await start();
  scanner = await connectBroker({
    url: rabbit.urlFor('scanner'),
    name: 'test',
    heartbeatSeconds: 30,
    logger,
  });
  const listener = await connectBroker({
    url: rabbit.urlFor('gateway'),
    name: 'listener',
    heartbeatSeconds: 30,
    logger,
  });
  closers.push(() => listener.close());
  gateway = new RpcClient(listener.openRequests());
  const finished = listener.subscribe({
    stream: streams.finished,
    onMessage: (content) => hints.push(content as FinishedHint),
  });
  await until(async () => (await health()).status === 200);
  await until(() => gateway.isConnected && scanner.isConnected && finished.isActive);
});
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await gateway?.close();
  await scanner?.close();
  for (const close of closers) await close();
  if (results !== undefined) expect(await runSteps(logger, results.stopSteps)).toBe(true);
  await rabbit?.stop();
  await ledger?.close();
  await rm(home, { recursive: true, force: true });
});
beforeEach(async () => {
  await ledger.clear();
  hints.length = 0;
  system = await ledger.addSystem();
});

/** Longer than a gateway waits: a busy machine answers late. */
const ask: RpcClient['ask'] = (definition, request, options = { timeoutMs: 60_000 }) =>
  gateway.ask(definition, request, options);
const accept = async (count = 1) => {
  const items = Array.from({ length: count }, () => itemOf(system));
  const { outcomes } = await ask(ledgerRpc.accept, { v: 1, items });
  return { items, outcomes };
};
const say = (message: unknown) =>
  scanner.publish({ exchange: exchanges.verdicts.name, routingKey: queues.verdicts.routingKey, message });
const conclude = (item: { submissionId: string; sha256: string }, outcome: Verdict['outcome']) =>
  say(verdictOf(item, outcome));
const states = async () => {
  const request = {
    registrationId: system.registrationId,
    instance: null,
    states: null,
    limit: 1000,
    after: null,
  };
  return (await ask(ledgerRpc.states, request)).scans;
};

/** The scans that messages were about which no one could read, once all of such a message is done. */
const deadLetters = async () =>
  (
    await ledger.rows<{ submission_id: string }>(
      `SELECT submission_id FROM ledger.failed_job_list WHERE source = 'verdict' ORDER BY id`,
    )
  ).map((one) => one.submission_id);

describe('results with its own role and broker user', () => {
  it('accepts, records the verdict, tells waiting gateways, and reports it', async () => {
    const { items, outcomes } = await accept(64);
    expect(outcomes.every((one) => one.outcome === 'accepted')).toBe(true);
    const [first, ...others] = items as [AcceptItem, ...AcceptItem[]];
    await conclude(first, 'infected');
    await until(() => hints.length > 0);
    const { registrationId } = system;
    expect(hints[0]).toEqual({
      v: 1,
      registrationIds: [registrationId],
      scans: [{ registrationId, scanId: first.scanId }],
    });
    await Promise.all(others.map((item) => conclude(item, 'clean')));
    await until(async () => (await states()).every((one) => one.state !== 'processing'));
    expect((await states())[0]).toEqual({ scanId: first.scanId, state: 'detect' });
    const key = { registrationId, scanId: first.scanId ?? '', instance: null };
    const { report } = await ask(ledgerRpc.report, key);
    expect(report).toMatchObject({ state: 'detect', detections: [{ name: 'Test.Virus' }] });
    const feed = { registrationId: system.registrationId, types: null, limit: 10, afterId: 0 };
    expect((await ask(ledgerRpc.detects, feed)).detects).toHaveLength(1);
    expect(await ask(ledgerRpc.deleteScans, { items: [key] })).toEqual({ deleted: [1] });
    await ask(ledgerRpc.deleteAllScans, { registrationId: system.registrationId, instance: null });
    expect(await states()).toEqual([]);
  });

  it('answers every other request', async () => {
    const { registrationId } = system;
    expect(await ask(ledgerRpc.admit, { registrationId, isMail: false })).toEqual({
      isAdmitted: true,
      scope: null,
    });
    expect((await ask(ledgerRpc.gatewayRegistryChanges, { since: 0, limit: 10 })).entries).toHaveLength(1);
  });

  it('publishes a retry when it is due', async () => {
    const { items } = await accept();
    const jobs: Job[] = [];
    const consumer = scanner.consume({
      queue: jobQueue('light', 'classic'),
      prefetch: 10,
      onMessage: ({ content }) => {
        if ((content as Job).kind === 'job') jobs.push(content as Job);
        return Promise.resolve('ack');
      },
    });
    await conclude(items[0] as (typeof items)[0], 'failed-attempt');
    await until(
      async () => (await ledger.rows('SELECT FROM ledger.scans WHERE not_before IS NOT NULL')).length === 1,
    );
    await ledger.database.query('UPDATE ledger.scans SET not_before = clock_timestamp()');
    await until(() => jobs.length === 1);
    expect(jobs[0]?.submissionId).toBe(items[0]?.submissionId);
    await consumer.stop(1000);
  });

  it('ends the scan of an unreadable verdict in error and shows the message to operators', async () => {
    const { items } = await accept(2);
    await say({ kind: 'verdict', v: 99, submissionId: items[0]?.submissionId });
    await say({ ...verdictOf(items[1] as (typeof items)[0], 'clean'), reasonText: 'a\u0000b' });
    await until(async () => (await deadLetters()).length === 2);
    expect((await states()).map((one) => one.state)).toEqual(['error', 'error']);
  });

  it('takes several verdicts in one message, and ends only the scan whose data cannot be stored in error', async () => {
    const { items } = await accept(4);
    const [first, second, third, fourth] = items.map((item) => verdictOf(item, 'clean'));
    await say({ kind: 'verdicts', v: 1, verdicts: [first, { ...second, reasonText: 'a\u0000b' }, third] });
    await until(async () => (await deadLetters()).length === 1);
    const after = (await states()).map((one) => one.state);
    expect(after).toEqual(['not detected', 'error', 'not detected', 'processing']);
    // One that cannot be read is read by no one else: all its scans end.
    await say({ kind: 'verdicts', v: 1, verdicts: [third, { ...fourth, outcome: 'fine' }] });
    await until(async () => (await deadLetters()).length === 2);
    expect((await states()).map((one) => one.state)).toEqual([...after.slice(0, 3), 'error']);
    expect(await deadLetters()).toEqual([second?.submissionId, fourth?.submissionId]);
  });

  it('notes markers that come back and the reports of instances, its own among them', async () => {
    const markerId = '018f6b1e-7d3a-7c00-8000-00000000000a';
    await ledger.database.query(`INSERT INTO ledger.markers VALUES ($1, 'light', 5, now())`, [markerId]);
    await say({ kind: 'marker', v: 1, markerId, queue: 'light', priority: 5 });
    await until(
      async () =>
        (
          await ledger.rows('SELECT FROM ledger.markers WHERE marker_id = $1 AND returned_at IS NOT NULL', [
            markerId,
          ])
        ).length === 1,
    );
    await until(async () => (await ledger.rows('SELECT FROM ledger.instance_list')).length === 1);
    expect(await ledger.rows('SELECT service, instance, is_ready FROM ledger.instance_list')).toEqual([
      { service: 'results', instance: 'results-1', is_ready: true },
    ]);
  });

  it('tells callers to come back while the database is away, is not ready, and needs no restart', async () => {
    const name = new URL(ledger.url).pathname.slice(1);
    await ledger.database.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await ledger.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'sluice-results%'`,
    );
    try {
      // On a busy machine the first answer may be later than a caller waits.
      await until(() =>
        accept().then(
          () => false,
          (error: { remoteCode?: unknown }) => error.remoteCode === 'unavailable',
        ),
      );
      await until(async () => 'database' in ((await health()).body.error ?? {}));
    } finally {
      // The next test needs it, too.
      await ledger.database.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    }
    await until(async () => (await accept()).outcomes[0]?.outcome === 'accepted');
  });

  it('is ready again, and consumes, after the broker was restarted', async () => {
    const [server] = rabbit.processes;
    server?.kill();
    // Or it would be started again before anybody has looked.
    await server?.stop();
    await until(async () => (await health()).status === 503);
    await server?.start();
    await until(async () => (await health()).status === 200);
    await until(() => gateway.isConnected && scanner.isConnected);
    const { items } = await accept();
    await conclude(items[0] as (typeof items)[0], 'clean');
    await until(async () => (await states())[0]?.state === 'not detected');
  });
});
