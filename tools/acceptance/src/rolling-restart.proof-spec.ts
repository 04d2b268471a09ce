import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessEvent } from '@sluice/private-servers';
import { Operator } from './operator.js';
import { SteadyClient } from './steady-client.js';
import { TcpBalancer } from './tcp-balancer.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient } from './wire-client.js';

const clientCount = 6;
const services = [
  ...['results', 'results-2', 'scanner-1', 'scanner-2', 'console', 'notifier'],
  ...['gateway', 'gateway-2'],
];
/** `ROLLING_RESTART_ROUNDS=10` for the figures in docs/performance.md. */
const rounds = Number(process.env['ROLLING_RESTART_ROUNDS'] ?? 1);

let system: TestSystem;
let operator: Operator;
let balancer: TcpBalancer;
const events: ProcessEvent[] = [];
let clients: SteadyClient[];

beforeAll(async () => {
  system = await startTestSystem({
    gateways: 2,
    resultsServices: 2,
    scanners: 2,
    onEvent: (event) => events.push(event),
    variables: { SETTING_MAX_CONCURRENT_SCANS: '100000', GATEWAY_LEAVE_SECONDS: '1' },
  });
  operator = new Operator(system);
  const backends = system.gatewayUrls.map((url, index) => {
    const name = index === 0 ? 'gateway' : `gateway-${index + 1}`;
    return { url, managementPort: managementPort(name) };
  });
  balancer = await TcpBalancer.start(backends);
  clients = await Promise.all(
    Array.from({ length: clientCount }, async (_, index) => {
      const wire = await WireClient.make(`steady-${index}`);
      await wire.becomeAccepted(operator, system.gatewayUrls);
      return new SteadyClient(wire, balancer.url);
    }),
  );
}, 240_000);

afterAll(async () => {
  for (const client of clients ?? []) client.stop();
  await balancer?.stop();
  await operator?.close();
  await system?.end();
}, 60_000);

const managementPort = (name: string): number =>
  Number(readFileSync(path.join(system.home, 'ports', name), 'utf8'));

async function isReady(name: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${managementPort(name)}/health/ready`);
  return answer.ok;
}

/**
 * SIGTERM, as an operator or an orchestrator does; the supervision starts it again. `leaving`: while it is told to stop
 * and not gone yet.
 */
async function restart(name: string, leaving?: () => Promise<void>): Promise<void> {
  const from = events.length;
  const after = (kind: ProcessEvent['kind']) =>
    events.slice(from).find((event) => event.name === name && event.kind === kind);
  process.kill(system.processes.find((one) => one.name === name)?.pid ?? 0, 'SIGTERM');
  await leaving?.();
  const end = await until(() => after('ended'), 40_000);
  expect(end).toMatchObject({ name, how: 'with code 0' });
  await until(() => after('back'), 60_000);
}

describe('a restart of every service, one after the other, under load', () => {
  it('is not noticed by callers behind a balancer with two gateways', async () => {
    const startedMs = performance.now();
    const running = Promise.all(clients.map((client) => client.run()));
    for (let round = 0; round < rounds; round += 1) for (const name of services) await restart(name);
    for (const client of clients) client.stop();
    await running;
    const heard = clients.map((client) => client.heard);
    const sum = (of: 'requests' | 'busy' | 'resets') => heard.reduce((total, one) => total + one[of], 0);
    const figures = {
      rounds,
      seconds: Math.round((performance.now() - startedMs) / 1000),
      requests: sum('requests'),
      busy: sum('busy'),
      resets: sum('resets'),
      failures: heard.flatMap((one) => one.failures),
      longestGapMs: Math.round(Math.max(...clients.map((client) => client.longestGapMs))),
    };
    const output = path.resolve(import.meta.dirname, '../../../test-output');
    await mkdir(output, { recursive: true });
    await writeFile(path.join(output, 'rolling-restart.json'), JSON.stringify(figures, null, 2));
    expect(figures).toMatchObject({ failures: [], busy: 0 });
    expect(figures.requests).toBeGreaterThan(100);
  }, 900_000);

  it('lets balancers leave a gateway before it takes no more connections', async () => {
    const [client, url] = [clients[0], system.gatewayUrls[0]];
    if (client === undefined || url === undefined) throw new Error('no gateway');
    await restart('gateway', async () => {
      await until(async () => !(await isReady('gateway')), 10_000);
      const line = client.lineTo(url);
      expect(await line.get('/scans/filters')).toMatchObject({ status: 200 });
      line.close();
    });
  }, 120_000);

  it('costs nothing that was answered OK', async () => {
    for (const client of clients) {
      const line = client.lineTo(balancer.url);
      const read = async () => {
        const { status, body } = await line.get('/scans/state');
        if (status !== 200) throw new Error(`states: ${status}`);
        const { scans } = JSON.parse(body) as { scans: { scanId: string; state: string }[] };
        return new Map(scans.map(({ scanId, state }) => [scanId, state]));
      };
      await until(async () => ![...(await read()).values()].includes('processing'), 120_000);
      const found = await read();
      for (const [scanId, state] of client.expected)
        expect([scanId, found.get(scanId)]).toEqual([scanId, state]);
      line.close();
    }
  }, 150_000);
});
