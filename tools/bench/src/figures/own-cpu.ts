import { setTimeout as pause } from 'node:timers/promises';
import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure } from '../figure.js';
import { rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

const objectBytes = 10 * 1024;
const callers = 32;
/** Not Sluice's own: the engine. */
const engine = 'clamd';

/** CPU of everything but engine and client, under load, warm; what the same processes use idle is taken off. */
export const ownCpu: Figure = {
  name: 'own-cpu',
  title: 'Sluice’s own CPU a scan, 10 KB, warm, idle polling apart',
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 1 });
    try {
      const lines = bench.lines(await bench.client('bench-own-cpu'), callers);
      const drive = async (count: number): Promise<void> => {
        const submit = lines.map(
          (line) => () => line.submit({ scanId: nextScanId(), content: uniqueObject(objectBytes) }),
        );
        mustSucceed(await driveCount(count, submit));
        await bench.allFinished();
      };
      await drive(isQuick ? 300 : 6000);
      const idleMs = isQuick ? 3000 : 20_000;
      const idleSince = bench.cpuMs();
      await pause(idleMs);
      const before = bench.cpuMs();
      const startedMs = performance.now();
      const scans = isQuick ? 300 : 6000;
      await drive(scans);
      const tookMs = performance.now() - startedMs;
      const used = [...bench.cpuMs()].map(([name, ms]): [string, number] => {
        const idleShare = ((before.get(name) ?? 0) - (idleSince.get(name) ?? 0)) / idleMs;
        return [name, rounded((ms - (before.get(name) ?? 0) - idleShare * tookMs) / scans, 3)];
      });
      log(`  ${used.map(([name, ms]) => `${name} ${ms}`).join(', ')} ms`);
      const own = rounded(used.reduce((sum, [name, ms]) => (name === engine ? sum : sum + ms), 0));
      return [
        {
          figure: this.title,
          value: own,
          unit: 'ms',
          floor: null,
          floorName: null,
          score: own,
          target: { sign: '≤', limit: 1.4 },
          details: { scans, byProcessMs: Object.fromEntries(used) },
        },
      ];
    } finally {
      await bench.end();
    }
  },
};
