import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Operator } from './operator.js';
import { StoredFiles } from './stored-files.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient, type ClientLine } from './wire-client.js';

const longestMs = 240_000;
const scanners = ['scanner-1', 'scanner-2'];
/** Of each; and one of mail. */
const ordinarySlots = 2;
/** Of a scan that is in its slot until all is over. */
const longMs = 55_000;

let system: TestSystem;
let operator: Operator;
let stored: StoredFiles;
let mail: ClientLine;
let other: ClientLine;

beforeAll(async () => {
  system = await startTestSystem({
    scanners: scanners.length,
    variablesFor: (name) =>
      name.startsWith('scanner')
        ? {
            NODE_ENV: 'test',
            SCANNER_STAND_IN_ENGINE_MS: '0',
            SCANNER_SLOTS: String(ordinarySlots),
            SCANNER_HEAVY_SLOTS: '0',
          }
        : {},
  });
  operator = new Operator(system);
  stored = new StoredFiles(system);
  const [mails, others] = [await WireClient.make('mails', 'mail'), await WireClient.make('others')];
  mail = (await mails.becomeAccepted(operator, system.gatewayUrls)).connect(system.gatewayUrl);
  other = (await others.becomeAccepted(operator, system.gatewayUrls)).connect(system.gatewayUrl);
}, longestMs);
afterAll(async () => {
  mail?.close();
  other?.close();
  await operator?.close();
  await system?.end();
}, 60_000);

/** A scan of so many milliseconds. */
async function submit(line: ClientLine, ms: number): Promise<string> {
  const scanId = randomUUID();
  const { status } = await line.submit({ scanId, content: Buffer.from(`stand-in: ${ms}\n${scanId}`) });
  expect(status).toBe(200);
  return scanId;
}

async function submitAll(line: ClientLine, times: readonly number[]): Promise<string[]> {
  const scanIds: string[] = [];
  for (const ms of times) scanIds.push(await submit(line, ms));
  return scanIds;
}

/** Scans that run, in all. */
async function busySlots(): Promise<number> {
  const counts = await Promise.all(
    scanners.map(async (name) => {
      const port = readFileSync(path.join(system.home, 'ports', name), 'utf8');
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(/busy_slots\{[^}]*\} (\d+)/.exec(text)?.[1]);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Those of these that have a verdict, in the order in which they got it. */
const finished = async (scanIds: readonly string[]): Promise<string[]> =>
  (
    await stored.rows<{ scan_id: string }>(
      `SELECT scan_id FROM ledger.scans WHERE scan_id = ANY ($1) AND state <> 'processing' ORDER BY finished_at`,
      [scanIds],
    )
  ).map((row) => row.scan_id);

describe('mail that comes when every slot is taken', () => {
  it(
    'waits for one scan to end, and not for any of the others that waited before it',
    async () => {
      const firstToEndMs = 15_000;
      await submitAll(other, [longMs, longMs, longMs, firstToEndMs]);
      await until(async () => (await busySlots()) === ordinarySlots * scanners.length, longestMs);
      // Until scanners have shut what takes mail for ordinary slots: who is handed a mail later has a slot for it.
      await pause(1000);
      const inMailSlots = await submitAll(mail, [longMs, longMs]);
      await until(async () => (await busySlots()) === (ordinarySlots + 1) * scanners.length, longestMs);
      const others = await submitAll(other, Array(20).fill(0));
      const mails = await submitAll(mail, Array(6).fill(0));
      await until(async () => (await finished(mails)).length === mails.length, longestMs);
      const order = await finished([...mails, ...others]);
      expect(order.slice(0, mails.length).toSorted()).toEqual(mails.toSorted());
      // It was no slot of mail that it got.
      expect(await finished(inMailSlots)).toEqual([]);
      await until(async () => (await finished(others)).length === others.length, longestMs);
    },
    longestMs,
  );
});
