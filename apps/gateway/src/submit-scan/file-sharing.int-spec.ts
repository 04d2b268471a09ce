import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { groupKeyOf, parseObjectKey } from '@sluice/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayLimits } from '../gateway-limits.js';
import { eventually } from '../testing/raw-client.js';
import { content, sha256, Submitting } from '../testing/submitting.js';

let on: Submitting;
afterEach(() => on.stop());

async function start(options: Parameters<typeof Submitting.start>[0] = {}): Promise<void> {
  on = await Submitting.start(options);
  on.test.ledger.sharesFiles = true;
}
const postAll = (objects: readonly Buffer[], ...args: Parameters<Submitting['post']>[0]) => {
  on.test.comeTogether = objects.length;
  return Promise.all(
    objects.map((bytes, index) =>
      on.post([
        content(bytes),
        { name: 'scanId', value: `s${on.test.ledger.scans.length}-${index}` },
        ...args,
      ]),
    ),
  );
};
const objects = (count: number, bytes = 3000): Buffer[] =>
  Array.from({ length: count }, () => randomBytes(bytes));
const groups = async (): Promise<string[]> =>
  (await readdir(path.join(on.test.folder, 'objects'), { recursive: true })).filter((name) =>
    name.endsWith('.group'),
  );
/** What lies where a key says. */
async function stored(key: string): Promise<Buffer> {
  const parsed = parseObjectKey(key);
  if (parsed?.kind !== 'shared') return readFile(on.test.objectPath(key));
  const [file] = (await groups()).filter((name) => name.includes(parsed.groupKey));
  const bytes = await readFile(path.join(on.test.folder, 'objects', file ?? 'none'));
  return bytes.subarray(parsed.offset, parsed.offset + parsed.length);
}
const metric = async (name: string): Promise<number> => {
  const { values = [] } = (await on.test.metrics.getSingleMetric(name)?.get()) ?? {};
  return values.reduce((sum, { value }) => sum + value, 0);
};

describe('small objects that come together', () => {
  it('share a file; each scan and each job has its own bytes', async () => {
    await start();
    const list = objects(6);
    const answers = await postAll(list);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const keys = on.test.ledger.scans.map(({ objectKey }) => objectKey);
    expect(keys.filter((key) => groupKeyOf(key) === null)).toHaveLength(1);
    expect(await groups()).toHaveLength(1);
    for (const scan of on.test.ledger.scans) {
      const bytes = await stored(scan.objectKey);
      expect([bytes.length, sha256(bytes)]).toEqual([3000, scan.sha256]);
    }
    expect(new Set(on.test.ledger.scans.map((scan) => scan.sha256))).toEqual(new Set(list.map(sha256)));
    expect(on.test.jobs.map(({ job }) => job.objectKey).toSorted()).toEqual(keys.toSorted());
    expect(await readdir(path.join(on.test.folder, 'objects', 'incoming'))).toEqual([]);
  });

  it('have files of their own as long as the ledger does not say that all read the others', async () => {
    await start();
    on.test.ledger.sharesFiles = false;
    await postAll(objects(1));
    await Promise.all(objects(5).map((bytes) => on.post([content(bytes)])));
    expect(on.test.ledger.scans.map(({ objectKey }) => groupKeyOf(objectKey))).toEqual(Array(6).fill(null));
    expect(on.test.sharedCalls).toBe(0);
  });

  it('have files of their own where the operator says never, have passwords or are large', async () => {
    await start({ mayShareFiles: false });
    await Promise.all(objects(5).map((bytes) => on.post([content(bytes)])));
    expect(on.test.sharedCalls).toBe(0);
    await on.stop();
    await start();
    await Promise.all(objects(3, 65_537).map((bytes) => on.post([content(bytes)])));
    await Promise.all(objects(3).map((bytes) => on.post([content(bytes), { name: 'password', value: 'x' }])));
    expect(on.test.sharedCalls).toBe(0);
    const keys = on.test.ledger.scans.map(({ objectKey }) => objectKey);
    expect(keys.map(groupKeyOf)).toEqual(Array(6).fill(null));
    expect(await groups()).toEqual([]);
    const sidecars = await readdir(path.join(on.test.folder, 'objects', 'sidecars'));
    expect(sidecars.toSorted()).toEqual(keys.slice(3).toSorted());
  });
});

describe('an object that shares a file and is refused', () => {
  it.each([
    ['limit', 429],
    ['invalid', 400],
    ['not-accepted', 401],
    ['group-closed', 503],
  ] as const)('as %s stays with the others, and is counted', async (outcome, status) => {
    await start();
    on.test.ledger.forcedOutcome = outcome === 'limit' ? { outcome, scope: 'all' } : { outcome };
    const answers = await postAll(objects(4));
    expect(answers.map((one) => one.status)).toEqual(Array(4).fill(status));
    // The first had a file of its own, which is removed.
    await eventually(async () => (await on.test.storedObjects()).length === 0);
    expect(await groups()).toHaveLength(1);
    expect(await metric('sluice_gateway_dead_bytes_total')).toBe(9000);
  });

  it('in doubt is counted as well, and asked for', async () => {
    await start();
    on.test.ledger.isSilent = true;
    const answers = await postAll(objects(3));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(await metric('sluice_gateway_dead_bytes_total')).toBe(6000);
    expect(await groups()).toHaveLength(1);
    // What was never sent needs no one.
    on.test.ledger.isSilent = false;
    const asked = on.test.ledger.asked.length;
    await eventually(async () => on.test.ledger.asked.length >= asked + 3);
  });

  it('gives its system files of its own when too much is dead; they go with the refusal', async () => {
    const fileSharing = { ...gatewayLimits.fileSharing, maxDeadBytesPerHour: 9000 };
    await start({ limits: { fileSharing } });
    on.test.ledger.forcedOutcome = { outcome: 'limit', scope: 'all' };
    await postAll(objects(3));
    expect(await metric('sluice_gateway_dead_bytes_total')).toBe(6000);
    await postAll(objects(1));
    expect(on.test.sharedCalls).toBe(4);
    // One byte more could die than may.
    await postAll(objects(1, 3001));
    expect(on.test.sharedCalls).toBe(4);
    await eventually(async () => (await on.test.storedObjects()).length === 0);
    on.test.ledger.forcedOutcome = null;
    expect((await postAll(objects(1, 3001))).map(({ status }) => status)).toEqual([200]);
    expect(groupKeyOf(on.last()?.objectKey ?? '')).toBeNull();
  });

  it('streams what finds no memory to be gathered in', async () => {
    const fileSharing = { ...gatewayLimits.fileSharing, maxGatheredBytes: 2999 };
    await start({ limits: { fileSharing } });
    const [bytes] = objects(1);
    await postAll([bytes!]);
    expect(on.test.sharedCalls).toBe(0);
    expect(sha256(await stored(on.last()?.objectKey ?? ''))).toBe(sha256(bytes!));
  });
});

it('answers 503 to each object of a group that cannot be stored, and keeps none', async () => {
  await start();
  on.test.failShared = Object.assign(new Error('EIO'), { code: 'unavailable' });
  const answers = await postAll(objects(4));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  expect(on.test.ledger.asked).toEqual([]);
  expect(await metric('sluice_gateway_dead_bytes_total')).toBe(0);
  on.test.failShared = null;
  expect((await postAll(objects(2))).map(({ status }) => status)).toEqual([200, 200]);
});
