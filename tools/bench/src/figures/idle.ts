import { setTimeout as pause } from 'node:timers/promises';
import { BenchSystem } from '../bench-system.js';
import type { Figure, Measurement } from '../figure.js';
import { rounded } from '../statistics.js';

/** What is tried at a start half a minute later is over then, and what was compiled for the start is collected. */
const settleMs = 90_000;
const watchMs = 60_000;

/** What a system costs that has nothing to do, and how long it takes to be there. The launcher is this process: not counted. */
export const idle: Figure = {
  name: 'idle',
  title: 'idle, the whole one-machine system',
  async run({ isQuick, log }) {
    const startedMs = performance.now();
    const seconds = (): number => rounded((performance.now() - startedMs) / 1000, 1);
    const timeline: { readonly step: string; readonly from: number; readonly to: number }[] = [];
    const onStep = (step: string) => {
      const from = seconds();
      return () => void timeline.push({ step, from, to: seconds() });
    };
    const bench = await BenchSystem.start({ scanners: 1, onStep });
    try {
      const startSeconds = seconds();
      log(`  ${timeline.map(({ step, from, to }) => `${step} ${from} to ${to} s`).join(', ')}`);
      const used = [...bench.cpuMs()].map(([name, ms]) => `${name} ${rounded(ms / 1000, 1)}`);
      log(`  ${used.join(', ')} s of CPU by then`);
      await pause(isQuick ? 5000 : settleMs);
      const before = bench.cpuMs();
      await pause(isQuick ? 5000 : watchMs);
      const watchedSeconds = (isQuick ? 5000 : watchMs) / 1000;
      const shares = [...bench.cpuMs()].map(([name, ms]): [string, number] => [
        name,
        rounded((ms - (before.get(name) ?? 0)) / watchedSeconds / 10),
      ]);
      log(`  ${shares.map(([name, share]) => `${name} ${share}`).join(', ')} % of a core`);
      const alone = { floor: null, floorName: null } as const;
      const measured = (what: string, value: number, unit: string, limit: number): Measurement => ({
        figure: `${this.title}: ${what}`,
        value,
        unit,
        ...alone,
        score: value,
        target: { sign: '≤', limit },
        details: { sharesOfACore: Object.fromEntries(shares), timeline, mebibytes: bench.memoryByProcess() },
      });
      const total = rounded(shares.reduce((sum, [, share]) => sum + share, 0));
      return [
        measured('CPU', total, '% of a core', 3),
        measured('memory', rounded(bench.memoryBytes() / 1024 ** 2, 0), 'MiB', 450),
        measured('from the first process to the last one ready', startSeconds, 's', 8),
      ];
    } finally {
      await bench.end();
    }
  },
};
