import { setTimeout as pause } from 'node:timers/promises';
import { BenchSystem } from '../bench-system.js';
import { drivePaced, mustSucceed } from '../drive-load.js';
import type { Figure } from '../figure.js';
import { median, rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

const objectBytes = 10 * 1024;
const most = 4;
const callersEach = 8;
/** Scans a second through each gateway: what four of them take together must not fill two cores. */
const perSecondEach = 30;
/** Not Sluice's own: the engine. */
const engine = 'clamd';

/** What a scan costs when the same load comes through one, two, three, four gateways each. Those without load stay idle. */
export const gateways: Figure = {
  name: 'gateways',
  title: `CPU a scan through 1 to ${most} gateways with ${perSecondEach} scans/s each, 10 KB, idle polling apart`,
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 1, gateways: most });
    try {
      const client = await bench.client('bench-gateways');
      const lines = bench.system.gatewayUrls.map((url) =>
        Array.from({ length: callersEach }, () => client.connect(url)),
      );
      const drive = async (count: number, perGateway: number): Promise<number> => {
        const submit = lines
          .slice(0, count)
          .flatMap((each) =>
            each.map(
              (line) => () => line.submit({ scanId: nextScanId(), content: uniqueObject(objectBytes) }),
            ),
          );
        const load = await drivePaced(count * perGateway, count * perSecondEach, submit);
        mustSucceed(load);
        await bench.allFinished();
        return load.perSecond;
      };
      const [rounds, seconds] = isQuick ? [1, 5] : [3, 20];
      await drive(most, perSecondEach * (isQuick ? 4 : 30));
      const idle = await idleShares(bench, isQuick ? 5000 : 20_000);
      const costs: number[][] = Array.from({ length: most }, () => []);
      const rates: number[][] = Array.from({ length: most }, () => []);
      for (let round = 0; round < rounds; round += 1)
        for (let count = 1; count <= most; count += 1) {
          const before = bench.cpuMs();
          const startedMs = performance.now();
          const rate = await drive(count, perSecondEach * seconds);
          const tookMs = performance.now() - startedMs;
          const scans = count * perSecondEach * seconds;
          costs[count - 1]?.push(ownMs(before, bench.cpuMs(), { idle, tookMs }) / scans);
          rates[count - 1]?.push(rate);
          log(`  ${count}: ${costs[count - 1]?.at(-1)?.toFixed(2)} ms a scan at ${rate.toFixed(0)}/s`);
        }
      const medians = costs.map((each) => median(each));
      const [one = Number.NaN, ...others] = medians;
      const dearest = Math.max(...others);
      return [
        {
          figure: `${this.title}: the dearest of 2 to ${most}`,
          value: rounded(dearest),
          unit: 'ms',
          floor: rounded(one),
          floorName: 'one gateway',
          score: rounded(dearest / one),
          target: { sign: '≤', limit: 1.1 },
          details: { costs, rates, medians },
        },
      ];
    } finally {
      await bench.end();
    }
  },
};

/** CPU ms a ms, by process. */
async function idleShares(bench: BenchSystem, forMs: number): Promise<ReadonlyMap<string, number>> {
  const before = bench.cpuMs();
  await pause(forMs);
  return new Map([...bench.cpuMs()].map(([name, ms]) => [name, (ms - (before.get(name) ?? 0)) / forMs]));
}

function ownMs(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  { idle, tookMs }: { readonly idle: ReadonlyMap<string, number>; readonly tookMs: number },
): number {
  const used = [...after].map(([name, ms]) =>
    name === engine ? 0 : ms - (before.get(name) ?? 0) - (idle.get(name) ?? 0) * tookMs,
  );
  return used.reduce((sum, ms) => sum + ms, 0);
}
