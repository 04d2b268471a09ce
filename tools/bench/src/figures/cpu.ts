import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure, Measurement } from '../figure.js';
import { rounded } from '../statistics.js';
import { nextScanId, uniquePieces } from '../unique-objects.js';

const mebibyte = 1024 ** 2;
const sizes = [
  { name: '10 KB', bytes: 10 * 1024, count: 1500 },
  { name: '1 MiB', bytes: mebibyte, count: 100 },
  { name: '16 MiB', bytes: 16 * mebibyte, count: 12 },
  { name: '100 MiB', bytes: 100 * mebibyte, count: 4 },
] as const;

/** What one scan costs, by process, ClamAV included. */
export const cpu: Figure = {
  name: 'cpu',
  title: 'CPU per scan',
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 1 });
    try {
      const client = await bench.client('bench-cpu');
      const lines = bench.lines(client, 8);
      const measurements: Measurement[] = [];
      for (const { name, bytes, count } of sizes) {
        const scans = isQuick ? Math.ceil(count / 10) : count;
        const submit = lines.map(
          (line) => () => line.submitStream({ scanId: nextScanId(), sizeBytes: bytes }, uniquePieces(bytes)),
        );
        const before = bench.cpuMs();
        mustSucceed(await driveCount(scans, submit));
        await bench.allFinished();
        const after = bench.cpuMs();
        const used = [...after].map(([process, ms]): [string, number] => [
          process,
          rounded((ms - (before.get(process) ?? 0)) / scans),
        ]);
        log(`  ${name}: ${used.map(([process, ms]) => `${process} ${ms}`).join(', ')} ms`);
        const total = rounded(used.reduce((sum, [, ms]) => sum + ms, 0));
        measurements.push({
          figure: `${this.title}, ${name}, all processes`,
          value: total,
          unit: 'ms',
          floor: null,
          floorName: null,
          score: total,
          target: null,
          details: { scans, byProcessMs: Object.fromEntries(used) },
        });
      }
      return measurements;
    } finally {
      await bench.end();
    }
  },
};
