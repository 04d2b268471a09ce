import { ClamavEngine } from '@sluice/engine-clamav';
import { formRequest, WireConnection } from '@sluice/tool-acceptance';
import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure } from '../figure.js';
import { startOpponent } from '../opponents/start-opponent.js';
import { median, rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

const objectBytes = 10 * 1024;
const callers = 32;
/** Scans at once, in the scanner and at clamd without it. */
const slots = 16;

/** From the first byte sent to the last verdict committed, beside clamd alone and beside a plain service around clamd. */
export const endToEnd: Figure = {
  name: 'end-to-end',
  title: 'scans/s end to end, 10 KB, ClamAV only, clamd on one core',
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 1, variables: { SCANNER_SLOTS: String(slots) } });
    const clamdUrl = bench.system.servers.clamd.url;
    bench.pin('clamd', 0);
    const plain = await startOpponent('plain-service', clamdUrl.replace(/^unix:/, ''));
    try {
      const client = await bench.client('bench-end-to-end');
      const lines = bench.lines(client, callers);
      const sides = {
        ours: (count: number) => runOurs(bench, count, lines),
        clamd: (count: number) => runClamd(clamdUrl, count),
        plain: (count: number) => runPlain(plain.port, count),
      };
      const runs: Record<keyof typeof sides, number[]> = { ours: [], clamd: [], plain: [] };
      const [rounds, count] = isQuick ? [1, 500] : [5, 2000];
      // Long enough for the compiler of every process to have seen the hot paths.
      for (const side of Object.values(sides)) await side(isQuick ? 200 : 2000);
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, side] of Object.entries(sides) as [
          keyof typeof sides,
          (n: number) => Promise<number>,
        ][])
          runs[name].push(await side(count));
        const told = Object.entries(runs).map(([name, values]) => `${name} ${values.at(-1)?.toFixed(0)}/s`);
        log(`  round ${round + 1}: ${told.join(', ')}`);
      }
      const states = await bench.states();
      const [value, clamd, service] = [median(runs.ours), median(runs.clamd), median(runs.plain)];
      const common = { value: rounded(value, 0), unit: '/s', details: { runs, states } };
      return [
        {
          figure: this.title,
          ...common,
          floor: rounded(clamd, 0),
          floorName: 'clamd INSTREAM, 16 at once',
          score: rounded(value / clamd),
          target: { sign: '≥', limit: 0.35 },
        },
        {
          figure: 'the same beside a plain scan service (HTTP, express, multer, clamscan)',
          ...common,
          floor: rounded(service, 0),
          floorName: 'that service',
          score: rounded(value / service),
          target: { sign: '≥', limit: 0.55 },
        },
      ];
    } finally {
      await plain.stop();
      await bench.end();
    }
  },
};

async function runOurs(
  bench: BenchSystem,
  count: number,
  lines: ReturnType<BenchSystem['lines']>,
): Promise<number> {
  const startedMs = performance.now();
  const load = await driveCount(
    count,
    lines.map((line) => () => line.submit({ scanId: nextScanId(), content: uniqueObject(objectBytes) })),
  );
  mustSucceed(load);
  await bench.allFinished();
  return count / ((performance.now() - startedMs) / 1000);
}

async function runClamd(url: string, count: number): Promise<number> {
  const engine = new ClamavEngine({ url, maxObjectBytes: objectBytes });
  const scan = async (): Promise<{ status: number }> => {
    const object = uniqueObject(objectBytes);
    const bytes = (async function* () {
      yield object;
    })();
    const { kind } = await engine.scan({ sizeBytes: object.length, bytes }, { timeoutMs: 30_000 });
    return { status: kind === 'clean' ? 200 : 500 };
  };
  const load = mustSucceed(await driveCount(count, Array(slots).fill(scan)));
  await engine.close();
  return load.perSecond;
}

async function runPlain(port: number, count: number): Promise<number> {
  const post = () => {
    const connection = new WireConnection({ host: '127.0.0.1', port, identity: null });
    return () =>
      connection.send(
        [
          formRequest('/scan', {
            scanId: nextScanId(),
            objectType: 'file',
            content: uniqueObject(objectBytes),
          }),
        ],
        { timeoutMs: 60_000 },
      );
  };
  return mustSucceed(await driveCount(count, Array.from({ length: callers }, post))).perSecond;
}
