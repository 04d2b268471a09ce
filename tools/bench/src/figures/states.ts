import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ledgerRpc, type StatesRequest } from '@sluice/contracts';
import { createDatabase, type Database } from '@sluice/database';
import { connectBroker } from '@sluice/broker';
import { RpcClient } from '@sluice/rpc';
import { until } from '@sluice/tool-acceptance';
import { BenchSystem } from '../bench-system.js';
import type { Figure, Measurement } from '../figure.js';
import { peakResidentBytes, residentBytes } from '../process-usage.js';
import { median, rounded } from '../statistics.js';

const pageSize = 1000;
const mebibyte = 1024 ** 2;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Rows as scans leave them; one in a hundred is unfinished. */
const fill = `
INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
  state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at,
  published_at, finished_at)
SELECT gen_random_uuid(), $1, 'bench', false, '', 'scan-' || n, true, state, state, md5(n::text), repeat('0', 64), 10240,
  'file', '[]', '127.0.0.1', 'light', 1, now(), now(), CASE WHEN state = 'processing' THEN NULL ELSE now() END
FROM (SELECT n, CASE WHEN n % 100 = 0 THEN 'processing' ELSE 'not detected' END AS state
      FROM generate_series(1, $2::integer) n) one`;
const bare = `SELECT seq, scan_id, shown_state FROM ledger.scans
WHERE registration_id = $1 AND is_shown AND shown_state = 'processing' AND seq > 0 ORDER BY seq LIMIT ${pageSize}`;

/** What a caller with many results pays for asking. */
export const states: Figure = {
  name: 'states',
  title: 'state query at 1,000,000 scans, state=processing, a page of 1,000',
  async run({ root, isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 0 });
    const url = bench.system.servers.amqpUrls.gateway;
    const broker = await connectBroker({ url, name: 'bench', heartbeatSeconds: 10, logger: silent });
    const asker = new RpcClient(broker.openRequests());
    try {
      const client = await bench.client('bench-states');
      const [line] = bench.lines(client, 1);
      const registrationId = await bench.registrationOf(client.id);
      const rows = isQuick ? 50_000 : 1_000_000;
      log(`  filling the ledger with ${rows} scans`);
      await bench.ledger.query(fill, [registrationId, rows]);
      await bench.ledger.query('VACUUM ANALYZE ledger.scans');
      await until(() => asker.isConnected);
      const request = {
        registrationId,
        instance: null,
        states: ['processing' as const],
        limit: pageSize,
        after: null,
      };
      const inside = await insideResults(root, bench);
      const sides = {
        inside: () => inside.ask(request),
        select: async () =>
          void (await bench.ledger.query({ name: 'bare', text: bare, values: [registrationId] })),
        results: async () => void (await asker.ask(ledgerRpc.states, request)),
        gateway: async () => void (await line?.get(`/scans/state?state=processing&limit=${pageSize}`)),
      };
      const times = await interleave(sides, isQuick ? 20 : 200);
      await inside.close();
      const select = median(times.select);
      const [within, results, gateway] = [times.inside, times.results, times.gateway].map(median) as [
        number,
        number,
        number,
      ];
      return [
        {
          figure: `${this.title}: inside results`,
          value: rounded(within),
          unit: 'ms',
          floor: rounded(select),
          floorName: 'bare SELECT',
          score: rounded(within / select),
          target: { sign: '≤', limit: 2 },
          details: { rows },
        },
        {
          figure: 'the same through the gateway, beyond results over the broker',
          value: rounded(gateway),
          unit: 'ms',
          floor: rounded(results),
          floorName: 'results over the broker',
          score: rounded(gateway - results),
          target: { sign: '≤', limit: 10 },
          details: { rows },
        },
        await streamed(bench, line),
      ];
    } finally {
      await asker.close();
      await bench.end();
    }
  },
};

type AskStates = (query: Database['query'], request: StatesRequest) => Promise<unknown>;

/** The very code of the service, without the way to it. */
async function insideResults(root: string, { system }: BenchSystem) {
  const file = path.join(root, 'apps/results/dist/query-states/states.query.js');
  const { queryStates } = (await import(pathToFileURL(file).href)) as { queryStates: AskStates };
  const database = createDatabase({
    url: system.servers.databaseUrls.results,
    poolSize: 2,
    queryTimeoutMs: 10_000,
    logger: silent,
    name: 'bench',
  });
  return {
    ask: async (request: StatesRequest) => void (await queryStates(database.query, request)),
    close: () => database.end(),
  };
}

async function interleave<Name extends string>(
  sides: Readonly<Record<Name, () => Promise<void>>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -5; round < rounds; round += 1) {
    for (const name of names) {
      const startedMs = performance.now();
      await sides[name]();
      // The first ones are for warming up.
      if (round >= 0) times[name].push(performance.now() - startedMs);
    }
  }
  return times;
}

/** Everything at once: passed on page by page, so the gateway must not grow with it. */
async function streamed(
  bench: BenchSystem,
  line: ReturnType<BenchSystem['lines']>[number] | undefined,
): Promise<Measurement> {
  const pid = bench.pid('gateway');
  const idle = residentBytes(pid);
  let bytes = 0;
  const startedMs = performance.now();
  const peak = await peakResidentBytes(pid, async () => {
    await line?.get('/scans/state', (piece) => (bytes += piece.length));
  });
  const grown = rounded((peak - idle) / mebibyte, 0);
  return {
    figure: 'gateway memory while all of it is asked for at once',
    value: grown,
    unit: 'MiB',
    floor: null,
    floorName: null,
    score: grown,
    target: { sign: '≤', limit: 50 },
    details: {
      idleMebibytes: rounded(idle / mebibyte, 0),
      answerMebibytes: rounded(bytes / mebibyte, 0),
      seconds: rounded((performance.now() - startedMs) / 1000),
    },
  };
}
