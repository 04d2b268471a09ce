import { randomBytes } from 'node:crypto';
import { type Dirent } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scan as ApiScan } from '@sluice/console-api';
import { createDatabase } from '@sluice/database';
import { eicarText } from '@sluice/private-servers';
import { lockedZip } from './locked-zip.js';
import { Operator } from './operator.js';
import { Sensor } from './sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

/** Nothing else holds these words. */
const [canary, wrongCanary] = [
  `canary-${randomBytes(8).toString('hex')}`,
  `wrong-${randomBytes(8).toString('hex')}`,
];
const scanId = `scan-${randomBytes(8).toString('hex')}`;

let folder: string;
let system: TestSystem;
let operator: Operator;
let sensor: Sensor;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-passwords-'));
  // None at first: the job waits in the broker.
  system = await startTestSystem({ scanners: 0 });
  operator = new Operator(system);
  sensor = await Sensor.accepted(system, operator, { folder, id: 'fileserver-1' });
  await writeFile(path.join(folder, 'locked.zip'), lockedZip('eicar.com', Buffer.from(eicarText()), canary));
});

afterAll(async () => {
  await operator?.close();
  await system?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Every file of the system: logs, the database's and the broker's own, objects, what lies beside them. */
async function filesWith(word: string): Promise<string[]> {
  // Folders of database and broker come and go as well, and one that went ends the whole look.
  const entries: Dirent[] = await until(() => readdir(system.home, { recursive: true, withFileTypes: true }));
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    // Files come and go while the system runs.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (bytes.includes(word)) found.push(path.relative(system.home, file));
  }
  return found;
}

async function tablesWith(word: string): Promise<string[]> {
  const logger = { warn: () => undefined };
  const database = createDatabase({
    url: system.servers.ownerUrl,
    poolSize: 1,
    queryTimeoutMs: 60_000,
    logger,
  });
  try {
    const { rows } = await database.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found = [];
    for (const { name } of rows) {
      const { rows: hits } = await database.query(
        `SELECT 1 FROM ${name} AS t WHERE position($1 IN t::text) > 0 LIMIT 1`,
        [word],
      );
      if (hits.length > 0) found.push(name);
    }
    return found;
  } finally {
    await database.end();
  }
}

/** Command lines and environments of the services. */
async function processesWith(word: string): Promise<string[]> {
  const found = [];
  for (const { name, pid } of system.processes)
    for (const file of [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])
      if ((await readFile(file, 'latin1').catch(() => '')).includes(word)) found.push(`${name} ${file}`);
  return found;
}

const sidecars = () => readdir(path.join(system.home, 'objects', 'sidecars')).catch(() => []);

describe('a password that comes with an object', () => {
  it('is nowhere to be read while the scan waits, but what lies beside the object', async () => {
    const answer = await sensor.submit(
      path.join(folder, 'locked.zip'),
      scanId,
      `password=${wrongCanary}`,
      `password=${canary}`,
    );
    expect(answer).toMatchObject({ status: 200, body: 'OK' });
    expect(await sidecars()).toHaveLength(1);
    await expectNowhere();
  });

  it('opens the object, and the report says that one did, not which', async () => {
    await system.addScanner('scanner-1');
    const report = await until(async () => {
      const found = await sensor.report(scanId);
      return found.state === 'processing' ? null : found;
    });
    expect(report).toMatchObject({ state: 'detect', detections: [{ path: ['eicar.com'] }] });
    expect(report.engines).toContainEqual(expect.objectContaining({ engine: 'inspector', unsealedCount: 1 }));
    for (const word of [canary, wrongCanary]) expect(JSON.stringify(report)).not.toContain(word);
  });

  it('is gone when the scan has ended, though the object is kept, and was left nowhere', async () => {
    await until(async () => (await sidecars()).length === 0);
    // What is looked for this way is found: the scan's name stands in rows and in the database's files.
    expect(await tablesWith(scanId)).toContain('ledger.scans');
    expect(await filesWith(scanId)).not.toEqual([]);
    await expectNowhere();
  });

  it('is not there for another scan of the kept object', async () => {
    type Scan = Pick<ApiScan, 'id' | 'scanId' | 'state' | 'rescanOf'>;
    const scans = async () => (await operator.get<{ items: Scan[] }>('/scans')).items;
    const first = (await scans()).find((one) => one.scanId === scanId);
    await operator.change('POST', `/scans/${first?.id}/rescan`);
    const isAgain = ({ rescanOf, state }: Scan): boolean => rescanOf === first?.id && state !== 'processing';
    const again = await until(async () => (await scans()).find(isAgain), 120_000);
    expect(again).toMatchObject({ state: 'error' });
  });
});

async function expectNowhere(): Promise<void> {
  for (const word of [canary, wrongCanary]) {
    expect(await tablesWith(word)).toEqual([]);
    expect(await filesWith(word)).toEqual([]);
    expect(await processesWith(word)).toEqual([]);
  }
}
