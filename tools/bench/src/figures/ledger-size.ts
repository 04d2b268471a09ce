import { mkdtemp, rm, chmod, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPrivatePostgres } from '@sluice/private-servers';
import { migrate } from '@sluice/schema';
import pg from 'pg';
import type { Figure } from '../figure.js';
import { fillLedger } from '../ledger-size/fill-ledger.js';
import { BatchedLedger, loadResultsCode } from '../ledger-size/results-code.js';
import { cpuMsOfTree } from '../process-usage.js';
import { median, rounded } from '../statistics.js';

const batch = 8;
const fewRows = 10_000;
/** Of a row with its indexes, and once more in the log. */
const bytesEach = 3000;

/** What scans cost the ledger as it grows. */
export const ledgerSize: Figure = {
  name: 'ledger-size',
  title: 'accept and verdict in a ledger of many scans',
  async run({ root, isQuick, log }) {
    const manyRows = isQuick ? 500_000 : 10_000_000;
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-ledger-'));
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < manyRows * bytesEach) throw new Error(`${folder} has too little space`);
    await chmod(folder, 0o755); // the database's own user has to pass when root runs this
    const server = await startPrivatePostgres({ home: path.join(folder, 'state') });
    try {
      const code = await loadResultsCode(root);
      const make = async (name: string, rows: number): Promise<BatchedLedger> => {
        const url = await makeDatabase(server.adminUrl, name);
        const ledger = await BatchedLedger.open(code, url);
        await ledger.scan(1);
        const startedMs = performance.now();
        await fillLedger(url, rows);
        log(`  ${rows} scans made in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
        return ledger;
      };
      const sides = { few: await make('few', fewRows), many: await make('many', manyRows) };
      const [turns, batches] = isQuick ? [3, 40] : [15, 60];
      const times = { few: [] as number[], many: [] as number[] };
      const cpu = { few: 0, many: 0 };
      for (let turn = -1; turn < turns; turn += 1)
        for (const side of ['few', 'many'] as const) {
          const ledger = sides[side];
          const cpuBefore = cpuMsOfTree(ledger.backendPid);
          const startedMs = performance.now();
          for (let left = batches; left > 0; left -= 1) await ledger.scan(batch);
          // The first turn is to warm up.
          if (turn < 0) continue;
          times[side].push((performance.now() - startedMs) / batches / batch);
          cpu[side] += (cpuMsOfTree(ledger.backendPid) - cpuBefore) / turns / batches / batch;
        }
      for (const ledger of Object.values(sides)) await ledger.close();
      const [few, many] = [median(times.few), median(times.many)];
      log(
        `  ${few.toFixed(3)} and ${many.toFixed(3)} ms a scan, CPU ${cpu.few.toFixed(3)} and ${cpu.many.toFixed(3)}`,
      );
      return [
        {
          figure: `${this.title}: ${manyRows.toLocaleString('en')}, batches of ${batch}, a scan`,
          value: rounded(many, 3),
          unit: 'ms',
          floor: rounded(few, 3),
          floorName: `${fewRows.toLocaleString('en')} scans`,
          score: rounded(many / few),
          target: { sign: '≤', limit: 1.2 },
          details: { times, cpuMsOfTheBackend: cpu },
        },
      ];
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function makeDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}
