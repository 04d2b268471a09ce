import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure, Measurement } from '../figure.js';
import { standInMs, standInScanner } from '../stand-in.js';
import { rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

/** Throughput of slots and workers when the engine's time is all that counts: what is lost between two jobs of a slot. */
export const scaleOut: Figure = {
  name: 'scale-out',
  title: 'scale-out, stand-in engine of 200 ms',
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 0 });
    try {
      const client = await bench.client('bench-scale-out');
      const lines = bench.lines(client, 8);
      const measurements: Measurement[] = [];
      for (const workers of isQuick ? [2] : [1, 2, 4]) {
        for (const slots of (isQuick ? [8] : [2, 4, 8, 16, 32]).filter((count) => count >= workers)) {
          const jobs = slots * (isQuick ? 10 : 50);
          mustSucceed(
            await driveCount(
              jobs,
              lines.map((line) => () => line.submit({ scanId: nextScanId(), content: uniqueObject(1024) })),
            ),
          );
          const rate = await drain(bench, { workers, slots, jobs });
          const ideal = slots / (standInMs / 1000);
          log(`  ${slots} slots on ${workers} workers: ${rounded(rate, 1)}/s of ${ideal}/s`);
          measurements.push({
            figure: `${this.title}: ${slots} slots over ${workers} workers`,
            value: rounded(rate, 1),
            unit: '/s',
            floor: ideal,
            floorName: 'ideal',
            score: rounded(rate / ideal, 3),
            target: { sign: '≥', limit: 0.95 },
            details: { jobs },
          });
        }
      }
      return measurements;
    } finally {
      await bench.end();
    }
  },
};

interface Setting {
  readonly workers: number;
  readonly slots: number;
  readonly jobs: number;
}

/** The rate between a tenth and nine tenths of the jobs: without the start, and without the end where slots run dry. */
async function drain(bench: BenchSystem, { workers, slots, jobs }: Setting): Promise<number> {
  const { rows } = await bench.ledger.query<{ seq: string }>('SELECT max(seq) AS seq FROM ledger.scans');
  const firstSeq = Number(rows[0]?.seq) - jobs;
  const scanners = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      bench.system.addScanner(`scanner-${workers}-${slots}-${index}`, standInScanner(slots / workers)),
    ),
  );
  await bench.allFinished();
  await Promise.all(scanners.map((scanner) => scanner.stop()));
  const finished = await bench.ledger.query<{ at: number }>(
    'SELECT extract(epoch FROM finished_at)::float AS at FROM ledger.scans WHERE seq > $1 ORDER BY finished_at',
    [firstSeq],
  );
  const [from, to] = [Math.floor(jobs * 0.1), Math.floor(jobs * 0.9)];
  const seconds = (finished.rows[to]?.at ?? 0) - (finished.rows[from]?.at ?? 0);
  return (to - from) / seconds;
}
