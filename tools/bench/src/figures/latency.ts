import { BenchSystem } from '../bench-system.js';
import type { Figure, Measurement } from '../figure.js';
import { percentile, rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

interface Report {
  readonly state: string;
  readonly engines: readonly { readonly durationMs: number }[];
}

/** One object after the other: from its OK to the verdict in the caller's hands, minus what the engines took. */
export const latency: Figure = {
  name: 'latency',
  title: 'added latency of an idle system, 10 KB: OK to verdict minus engine time',
  async run({ isQuick }) {
    const bench = await BenchSystem.start({ scanners: 1 });
    try {
      const client = await bench.client('bench-latency');
      const [posting, asking] = bench.lines(client, 2);
      if (posting === undefined || asking === undefined) throw new Error('no lines');
      const one = async () => {
        const scanId = nextScanId();
        const { status } = await posting.submit({ scanId, content: uniqueObject(10 * 1024) });
        const startedMs = performance.now();
        const { body } = await asking.get(`/scans/${scanId}?wait=30`);
        const totalMs = performance.now() - startedMs;
        const report = JSON.parse(body) as Report;
        if (status !== 200 || report.state !== 'not detected') throw new Error(`${status} ${report.state}`);
        const engineMs = Math.max(...report.engines.map((engine) => engine.durationMs));
        return { totalMs, engineMs, addedMs: Math.max(0, totalMs - engineMs) };
      };
      for (let index = 0; index < 50; index += 1) await one();
      const runs: Awaited<ReturnType<typeof one>>[] = [];
      for (let index = 0; index < (isQuick ? 50 : 500); index += 1) runs.push(await one());
      const added = runs.map((run) => run.addedMs);
      const line = (share: number, limit: number): Measurement => ({
        figure: `${this.title}, p${share * 100}`,
        value: rounded(percentile(added, share)),
        unit: 'ms',
        floor: null,
        floorName: null,
        score: rounded(percentile(added, share)),
        target: { sign: '≤', limit },
        details: {
          totalMs: rounded(
            percentile(
              runs.map((run) => run.totalMs),
              share,
            ),
          ),
          engineMs: rounded(
            percentile(
              runs.map((run) => run.engineMs),
              share,
            ),
          ),
          samples: runs.length,
        },
      });
      return [line(0.5, 15), line(0.99, 50)];
    } finally {
      await bench.end();
    }
  },
};
