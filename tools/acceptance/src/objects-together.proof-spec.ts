import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupKeyOf } from '@sluice/contracts';
import { eicarText } from '@sluice/private-servers';
import { OldScanner } from './old-scanner.js';
import { Operator } from './operator.js';
import { StoredFiles } from './stored-files.js';
import { submitOnce, submitTogether, type Sent } from './submit-together.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient } from './wire-client.js';

const longestMs = 240_000;
const count = 24;
/** Of one system at each gateway: gateway-limits.ts. */
const maxDeadBytes = 16 * 1024 ** 2;
const largestShared = 65_536;

let system: TestSystem;
let operator: Operator;
let stored: StoredFiles;
let wire: WireClient;

beforeAll(async () => {
  system = await startTestSystem({ gateways: 2 });
  operator = new Operator(system);
  stored = new StoredFiles(system);
  wire = await (await WireClient.make('together')).becomeAccepted(operator, system.gatewayUrls);
}, longestMs);
afterAll(async () => {
  await operator?.close();
  await system?.end();
}, 60_000);

const sendAll = (content?: (index: number) => Buffer): Promise<Sent[][]> =>
  Promise.all(
    system.gatewayUrls.map((url) => submitTogether(wire, url, { count, ...(content && { content }) })),
  );
/** Of each gateway. */
const metrics = (pattern: RegExp): Promise<number[]> =>
  Promise.all(
    ['gateway', 'gateway-2'].map(async (name) => {
      const port = readFileSync(path.join(system.home, 'ports', name), 'utf8');
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
    }),
  );
const sharedObjects = () => metrics(/^sluice_gateway_objects_total\{.*file="shared".*\} (\S+)$/gm);
const deadBytes = () => metrics(/^sluice_gateway_dead_bytes_total(?:\{.*\})? (\S+)$/gm);
const keysOf = async (sent: readonly Sent[]): Promise<string[]> =>
  (
    await stored.rows<{ object_key: string }>(
      'SELECT object_key FROM ledger.scans WHERE scan_id = ANY ($1)',
      [sent.map(({ scanId }) => scanId)],
    )
  ).map(({ object_key }) => object_key);
const statesOf = (sent: readonly Sent[]) =>
  stored.rows<{ scan_id: string; state: string }>(
    'SELECT scan_id, state FROM ledger.scans WHERE scan_id = ANY ($1) AND is_shown',
    [sent.map(({ scanId }) => scanId)],
  );
const areAllJudged = async (sent: readonly Sent[]): Promise<boolean> => {
  const states = await statesOf(sent);
  return states.length === sent.length && states.every(({ state }) => state !== 'processing');
};
const hasNoGroups = async (): Promise<boolean> => (await stored.groups()).length === 0;

describe('two gateways that both put objects together', () => {
  it(
    'write files of their own; each scan has the verdict of its bytes, what is kept is whole, and the files go',
    async () => {
      const content = (index: number) =>
        Buffer.from(`${index % 2 === 0 ? eicarText() : ''} ${randomBytes(8).toString('hex')}`);
      const sent: [Sent[], Sent[]] = [[], []];
      await until(async () => {
        const [one = [], two = []] = await sendAll(content);
        expect([...one, ...two].map(({ status }) => status)).toEqual(Array(2 * count).fill(200));
        sent[0].push(...one);
        sent[1].push(...two);
        const [ofOne = 0, ofTwo = 0] = await sharedObjects();
        return ofOne > count && ofTwo > count;
      }, longestMs);
      const all = sent.flat();
      const [one, two] = await Promise.all(sent.map((some) => keysOf(some)));
      const groupsOf = (keys: readonly string[] = []) => new Set(keys.map(groupKeyOf).filter(Boolean));
      expect([...groupsOf(one)].filter((group) => groupsOf(two).has(group))).toEqual([]);

      await until(() => areAllJudged(all), longestMs);
      const detected = all.filter((_, index) => (index % count) % 2 === 0).map(({ scanId }) => scanId);
      const found = (await statesOf(all)).filter(({ state }) => state === 'detect');
      expect(found.map(({ scan_id }) => scan_id).sort()).toEqual(detected.sort());
      await until(hasNoGroups, longestMs);
      const kept = await stored.rows<{ object_key: string }>('SELECT object_key FROM ledger.kept_objects');
      expect(kept).toHaveLength(detected.length);
      expect(kept.filter(({ object_key }) => groupKeyOf(object_key) !== null)).toEqual([]);
      expect(await stored.rowsWithoutBytes()).toEqual([]);
    },
    3 * longestMs,
  );

  it(
    'let no more bytes of refused objects die than each may, then give the system files of its own; and all of it goes',
    async () => {
      const scanner = system.processes.find(({ name }) => name === 'scanner-1');
      await scanner?.stop();
      await operator.change('PATCH', '/settings', { maxUnfinishedScansPerSystem: 1 });
      const waits = await submitTogether(wire, system.gatewayUrl, { count: 1 });
      try {
        const large = () => randomBytes(largestShared);
        const refused = async (): Promise<void> => {
          const statuses = (await sendAll(large)).flat().map(({ status }) => status);
          expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
        };
        await until(async () => {
          await refused();
          return (await deadBytes()).every((bytes) => bytes > maxDeadBytes - count * largestShared);
        }, longestMs);
        // Nothing of the system shares a file any more, at either of them.
        const before = await sharedObjects();
        for (let round = 0; round < 3; round += 1) await refused();
        const [sharedNow, dead] = [await sharedObjects(), await deadBytes()];
        expect(dead.every((bytes) => bytes <= maxDeadBytes)).toBe(true);
        for (const [index, shared] of sharedNow.entries())
          expect(shared - (before[index] ?? 0)).toBeLessThan(count);
        expect(await stored.rowsWithoutBytes()).toEqual([]);
      } finally {
        await operator.change('PATCH', '/settings', { maxUnfinishedScansPerSystem: 10_000 });
        await scanner?.start();
      }
      await until(() => areAllJudged(waits), longestMs);
      await until(hasNoGroups, longestMs);
    },
    3 * longestMs,
  );
});

describe('a scanner of the release before', () => {
  const judgedWithout = async (rounds: number): Promise<string[]> => {
    const sent: Sent[] = [];
    for (let round = 0; round < rounds; round += 1) sent.push(...(await sendAll()).flat());
    expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
    await until(() => areAllJudged(sent), longestMs);
    expect(new Set((await statesOf(sent)).map(({ state }) => state))).toEqual(new Set(['not detected']));
    return keysOf(sent);
  };

  it(
    'beside gateways of now has only keys that it reads from soon after its first report until a minute after its last',
    async () => {
      // What the system may let die is used up above.
      const fresh = await WireClient.make('beside-old');
      wire = await fresh.becomeAccepted(operator, system.gatewayUrls);
      const isSharing = async (): Promise<boolean> =>
        (await judgedWithout(1)).some((key) => groupKeyOf(key) !== null);
      await until(isSharing, longestMs);
      const old = await OldScanner.join(system);
      // Results look every five seconds, and a gateway hears of it with its next accept.
      await until(async () => {
        for (let round = 0; round < 3; round += 1) if (await isSharing()) return false;
        return true;
      }, longestMs);
      old.take();
      const keys = await judgedWithout(10);
      expect(keys.filter((key) => groupKeyOf(key) !== null)).toEqual([]);
      await until(async () => {
        await judgedWithout(1);
        return old.taken.length > 0;
      }, longestMs);
      expect(await stored.rows('SELECT FROM ledger.failed_jobs')).toEqual([]);
      await old.leave();
      await until(isSharing, longestMs);
      expect(await stored.rows('SELECT FROM ledger.failed_jobs')).toEqual([]);
      expect(await submitOnce(wire, system.gatewayUrl, 'last', randomBytes(10))).toBe(200);
    },
    4 * longestMs,
  );
});
