import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SupervisedProcess } from '@sluice/private-servers';
import { Operator } from './operator.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient, type ClientLine } from './wire-client.js';

const heartbeatSeconds = 2;
/** Over three heartbeats, and over every time-out of a connection being opened. */
const frozenMs = 7000;
/** Several rounds of every back-off. */
const goneMs = 2500;
const services = ['results', 'scanner-1', 'console', 'notifier', 'gateway'];
const servers = ['rabbitmq', 'postgres'];
const repositoryRoot = path.resolve(import.meta.dirname, '../../..');

let system: TestSystem;
let operator: Operator;
let line: ClientLine;
let submitted = 0;
const ended: string[] = [];

beforeAll(async () => {
  system = await startTestSystem({
    variables: { AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds) },
    onEvent: (event) => event.kind === 'ended' && ended.push(event.name),
  });
  operator = new Operator(system);
  const wire = await WireClient.make('patient');
  await wire.becomeAccepted(operator, system.gatewayUrls);
  line = wire.connect(system.gatewayUrl);
}, 180_000);

afterAll(async () => {
  line?.close();
  thaw();
  await operator?.close();
  await system?.end();
}, 60_000);

const processOf = (name: string): SupervisedProcess => {
  const found = system.processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no process ${name}`);
  return found;
};
const pids = () => Object.fromEntries(services.map((name) => [name, processOf(name).pid]));

/** With its children: PostgreSQL answers in them, and they lead groups of their own. */
function processTree(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const below = existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  return [pid, ...below.flatMap(processTree)];
}
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone.
  }
}
let frozen: number[] = [];
function freeze(): void {
  frozen = servers.flatMap((name) => processTree(processOf(name).pid ?? 0));
  for (const pid of frozen) signal(pid, 'SIGSTOP');
}
function thaw(): void {
  for (const pid of frozen.splice(0)) signal(pid, 'SIGCONT');
}
/** Killed as they stand there, and kept away. */
async function remove(): Promise<void> {
  for (const name of servers) processOf(name).kill();
  // What is left of PostgreSQL notices only when it runs.
  thaw();
  await Promise.all(servers.map((name) => processOf(name).stop()));
}
const bringBack = () => Promise.all(servers.map((name) => processOf(name).start()));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const isReady = (name: string) =>
  fetch(
    `http://127.0.0.1:${readFileSync(path.join(system.home, 'ports', name), 'utf8').trim()}/health/ready`,
    {
      signal: AbortSignal.timeout(5000),
    },
  ).then(
    ({ ok }) => ok,
    () => false,
  );
const areReady = async () => (await Promise.all(services.map(isReady))).every(Boolean);

/** A new scan, as a caller who is told to come back does it; answers what it heard until it was OK. */
async function submit(): Promise<{ scanId: string; answers: number[] }> {
  submitted += 1;
  const scanId = `scan-${submitted}`;
  const answers: number[] = [];
  await until(async () => {
    const { status, headers } = await line.submit({ scanId, content: Buffer.from(scanId) });
    if (status === 503) expect(headers.get('retry-after')).toMatch(/^\d+$/);
    answers.push(status);
    return status === 200;
  }, 60_000);
  return { scanId, answers };
}
const isJudged = async (scanId: string) => {
  const { status, body } = await line.get(`/scans/state?scanId=${scanId}`);
  return status === 200 && body.includes(scanId) && body.includes('not detected');
};

describe('RabbitMQ and PostgreSQL', () => {
  it('frozen, then gone, in the middle of the work need no restart of anything and no operator', async () => {
    const { scanId: before } = await submit();
    const whole = pids();
    freeze();
    const meanwhile = submit();
    await pause(frozenMs);
    await remove();
    await pause(goneMs);
    expect(await Promise.all(services.map(isReady))).toEqual(services.map(() => false));
    await bringBack();
    const { scanId, answers } = await meanwhile;
    expect(new Set(answers)).toEqual(new Set([503, 200]));
    await until(areReady, 60_000);
    for (const one of [before, scanId]) await until(() => isJudged(one), 60_000);
    expect([ended, pids()]).toEqual([[], whole]);
  }, 240_000);

  it('frozen, then gone, when everything else is started are waited for, by migrate too', async () => {
    await Promise.all(services.map((name) => processOf(name).stop()));
    freeze();
    // A start resolves when the service is ready, and rejects when its process ends.
    const started = Promise.all(services.map((name) => processOf(name).start()));
    const migrate = spawn(process.execPath, [path.join(repositoryRoot, 'apps/migrate/dist/main.js')], {
      env: { DATABASE_URL: system.servers.ownerUrl },
      stdio: 'ignore',
    });
    const migrated = once(migrate, 'exit');
    await pause(frozenMs);
    await remove();
    await pause(goneMs);
    expect(migrate.exitCode).toBeNull();
    const waiting = pids();
    expect(Object.values(waiting)).not.toContain(undefined);
    await bringBack();
    await started;
    expect([ended, pids()]).toEqual([[], waiting]);
    expect(await migrated).toEqual([0, null]);
    const { scanId } = await submit();
    await until(() => isJudged(scanId), 60_000);
  }, 240_000);
});
