import { BenchSystem } from '../bench-system.js';
import type { Figure } from '../figure.js';
import { peakResidentBytes, residentBytes } from '../process-usage.js';
import { rounded } from '../statistics.js';
import { nextScanId, uniquePieces } from '../unique-objects.js';

const mebibyte = 1024 ** 2;
const uploads = 50;

/** Large objects arriving together pass through the gateway; they must not stay in it. */
export const memory: Figure = {
  name: 'memory',
  title: 'gateway memory while receiving 50 × 100 MiB at once, beyond idle',
  async run({ isQuick }) {
    const sizeBytes = (isQuick ? 4 : 100) * mebibyte;
    const bench = await BenchSystem.start({ scanners: 0 });
    try {
      const client = await bench.client('bench-memory');
      const lines = bench.lines(client, uploads);
      // What the first requests bring in stays for ever.
      for (const line of lines.slice(0, 4))
        await line.submitStream({ scanId: nextScanId(), sizeBytes: mebibyte }, uniquePieces(mebibyte));
      const pid = bench.pid('gateway');
      const idle = residentBytes(pid);
      const startedMs = performance.now();
      const codes = new Map<number, number>();
      const peak = await peakResidentBytes(pid, () =>
        Promise.all(
          lines.map(async (line) => {
            const { status } = await line.submitStream(
              { scanId: nextScanId(), sizeBytes },
              uniquePieces(sizeBytes),
            );
            codes.set(status, (codes.get(status) ?? 0) + 1);
          }),
        ),
      );
      const seconds = (performance.now() - startedMs) / 1000;
      const grown = rounded((peak - idle) / mebibyte, 0);
      return [
        {
          figure: this.title,
          value: grown,
          unit: 'MiB',
          floor: null,
          floorName: null,
          score: grown,
          target: { sign: '≤', limit: 150 },
          details: {
            idleMebibytes: rounded(idle / mebibyte, 0),
            peakMebibytes: rounded(peak / mebibyte, 0),
            answers: Object.fromEntries(codes),
            seconds: rounded(seconds),
            mebibytesPerSecond: rounded((uploads * sizeBytes) / mebibyte / seconds, 0),
          },
        },
      ];
    } finally {
      await bench.end();
    }
  },
};
