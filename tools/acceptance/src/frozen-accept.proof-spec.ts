import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { HeldStatements } from './held-statements.js';
import { Operator } from './operator.js';
import { exists, StoredFiles } from './stored-files.js';
import { submitOnce, submitTogether, type Sent } from './submit-together.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient } from './wire-client.js';

const root = path.resolve(import.meta.dirname, '../../..');
const count = 24;
const longestMs = 180_000;

let system: TestSystem;
let operator: Operator;
let stored: StoredFiles;
let wire: WireClient;
let held: HeldStatements;
/** The `results` that stands still; the way to the database that statements are held on is its own. */
let frozen: ChildProcess;

beforeAll(async () => {
  system = await startTestSystem();
  operator = new Operator(system);
  stored = new StoredFiles(system);
  wire = await (await WireClient.make('frozen')).becomeAccepted(operator, [system.gatewayUrl]);
}, longestMs);
afterEach(async () => {
  const ended = once(frozen, 'exit');
  frozen.kill('SIGKILL');
  await ended;
  await held.stop();
});
afterAll(async () => {
  await operator?.close();
  await system?.end();
}, 60_000);

const theOther = () => {
  const found = system.processes.find(({ name }) => name === 'results');
  if (found === undefined) throw new Error('no results');
  return found;
};

/** One more `results`, as the other but for its way to the database. */
async function startOneMore(): Promise<void> {
  held = await HeldStatements.before(system.servers.databaseUrls.results);
  const port = await findFreePort();
  frozen = spawn(process.execPath, [path.join(root, 'apps/results/dist/main.js')], {
    stdio: 'ignore',
    env: {
      INSTANCE: 'frozen',
      LOG_LEVEL: 'silent',
      MANAGEMENT_PORT: String(port),
      AMQP_URL: system.servers.amqpUrls.results,
      DATABASE_URL: held.url,
      OBJECT_STORE_URL: system.servers.objectStoreUrl,
    },
  });
  await until(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
}

const send = (): Promise<Sent[]> => submitTogether(wire, system.gatewayUrl, { count });

/** Until whoever answers the gateway now lets objects share files. */
async function untilShared(): Promise<void> {
  const before = await stored.sharedScans();
  await until(async () => (await send()) && (await stored.sharedScans()) > before, longestMs, 1000);
}

/** Sends objects until an accept of some that share a file stands still on its way to the database. */
async function untilHeld(): Promise<Sent[]> {
  held.hold((text) => text.includes('ledger.accept(') && /"objectKey":"[0-9a-f]{32}\.\d/.test(text));
  for (;;) {
    let isAnswered = false;
    const sending = send().finally(() => (isAnswered = true));
    await until(() => held.statement !== undefined || isAnswered);
    if (held.statement === undefined) continue;
    frozen.kill('SIGSTOP');
    return sending;
  }
}
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []);

describe('a results that stands still inside an accept while the file of its objects goes', () => {
  it.each([
    ['before it wakes up', true],
    ['once it is awake', false],
  ])(
    'and whose statement comes to the database %s: refused, its callers repeat, no row is without bytes',
    async (_, isFirst) => {
      await startOneMore();
      await theOther().stop();
      await untilShared();
      const sent = await untilHeld();
      const statement = held.statement ?? '';
      const scanIds = all(statement, /"scanId":"([^"]+)"/g);
      const files = new Set(
        all(statement, /"objectKey":"([0-9a-f]{32}\.\d+\.\d+)"/g).map((key) => stored.fileOf(key)),
      );
      expect(files.size).toBeGreaterThan(0);
      const inIt = sent.filter(({ scanId }) => scanIds.includes(scanId));
      expect(inIt.map(({ status }) => status)).toEqual(scanIds.map(() => 503));

      // As after half an hour in which no one asked for it.
      const past = new Date(Date.now() - 31 * 60_000);
      for (const file of files) await utimes(file, past, past);
      await theOther().start();
      for (const file of files) await until(async () => !(await exists(file)), longestMs);

      const letGo = () => held.letGo();
      const wakeUp = () => void frozen.kill('SIGCONT');
      for (const step of isFirst ? [letGo, wakeUp] : [wakeUp, letGo]) await step();
      expect(await stored.rowsWithoutBytes()).toEqual([]);
      expect(await stored.rows('SELECT FROM ledger.scans WHERE scan_id = ANY ($1)', [scanIds])).toEqual([]);

      for (const { scanId, content, status } of sent)
        if (status !== 200)
          await until(async () => (await submitOnce(wire, system.gatewayUrl, scanId, content)) === 200);
      const ended = () =>
        stored.rows(
          `SELECT FROM ledger.scans WHERE scan_id = ANY ($1) AND is_shown AND state = 'not detected'`,
          [sent.map(({ scanId }) => scanId)],
        );
      await until(async () => (await ended()).length === count, longestMs);
      expect(await stored.rowsWithoutBytes()).toEqual([]);
    },
    4 * longestMs,
  );
});

describe('a results that stands still with the lock that every accept takes', () => {
  it(
    'loses it: the database ends its transaction, and callers are answered again',
    async () => {
      await startOneMore();
      // The last statement of the retention that takes the lock.
      held.hold((text) => text.includes('DELETE FROM ledger.counters'));
      await until(() => held.statement !== undefined, longestMs);
      frozen.kill('SIGSTOP');
      const free = () =>
        stored.rows(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE SKIP LOCKED`);
      expect(await free()).toEqual([]);
      const bytes = randomBytes(500);
      await until(async () => (await submitOnce(wire, system.gatewayUrl, 'behind-the-lock', bytes)) === 200);
      expect(
        await stored.rows(
          `SELECT FROM pg_stat_activity WHERE application_name = 'sluice-results frozen'
             AND state = 'idle in transaction' AND query LIKE '%ledger.counters%'`,
        ),
      ).toEqual([]);
    },
    2 * longestMs,
  );
});
