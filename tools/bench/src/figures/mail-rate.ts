import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure } from '../figure.js';
import { ordinaryMail } from '../ordinary-mail.js';
import { median, rounded } from '../statistics.js';
import { nextScanId } from '../unique-objects.js';

const callers = 16;

/** Ordinary mail end to end, and what clamd is asked for it. */
export const mailRate: Figure = {
  name: 'mail-rate',
  title: 'ordinary mail/s end to end (2 to 6 parts, 20 to 200 KB), ClamAV only',
  async run({ isQuick, log }) {
    const bench = await BenchSystem.start({ scanners: 1 });
    try {
      const lines = bench.lines(await bench.client('bench-mail', 'mail'), callers);
      const [rounds, count] = isQuick ? [2, 200] : [5, 600];
      const rates: number[] = [];
      let bytes = 0;
      let before = bench.cpuMs();
      for (let round = 0; round <= rounds; round += 1) {
        const mails = Array.from({ length: count }, ordinaryMail);
        bytes += mails.reduce((sum, one) => sum + one.length, 0);
        let next = 0;
        const submit = (line: (typeof lines)[number]) => () =>
          line.submit({
            scanId: nextScanId(),
            content: mails[next++] ?? Buffer.alloc(0),
            objectType: 'email',
          });
        const startedMs = performance.now();
        mustSucceed(await driveCount(count, lines.map(submit)));
        await bench.allFinished();
        const perSecond = count / ((performance.now() - startedMs) / 1000);
        log(`  ${round === 0 ? 'to warm up' : `round ${round}`}: ${perSecond.toFixed(1)}/s`);
        if (round > 0) rates.push(perSecond);
        else before = bench.cpuMs();
      }
      const cpu = cpuPerMail(before, bench.cpuMs(), count * rounds);
      log(`  CPU ms a mail: ${JSON.stringify(cpu)}`);
      const states = await bench.states();
      const mails = count * (rounds + 1);
      const parts = await shownParts(bench.system.logs);
      const clamd = {
        callsPerMail: rounded(1 + parts.calls / mails),
        bytesPerMail: Math.round((bytes + parts.bytes) / mails),
        ofThemTheMailItself: Math.round(bytes / mails),
      };
      log(
        `  clamd: ${clamd.callsPerMail} calls and ${clamd.bytesPerMail} bytes a mail of ${clamd.ofThemTheMailItself}`,
      );
      const value = median(rates);
      return [
        {
          figure: `${this.title}; ${clamd.callsPerMail} calls and ${Math.round(clamd.bytesPerMail / 1000)} KB to clamd each`,
          value: rounded(value, 1),
          unit: '/s',
          floor: null,
          floorName: null,
          score: rounded(value, 1),
          target: null,
          details: { rates, states, clamd, cpuMsPerMail: cpu },
        },
      ];
    } finally {
      await bench.end();
    }
  },
};

/** By process; scanners with their inspectors. */
function cpuPerMail(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  mails: number,
): Record<string, number> {
  const used = [...after].map(
    ([name, ms]) => [name, rounded((ms - (before.get(name) ?? 0)) / mails)] as const,
  );
  return Object.fromEntries(used.filter(([, ms]) => ms > 0));
}

/** What engines were shown beside the objects themselves, as scanners logged it. */
async function shownParts(folder: string): Promise<{ calls: number; bytes: number }> {
  const sum = { calls: 0, bytes: 0 };
  const names = (await readdir(folder)).filter((name) => name.startsWith('scanner'));
  for (const name of names)
    for (const line of (await readFile(path.join(folder, name), 'utf8')).split('\n')) {
      const shown = /"bytesShown":(\d+),"calls":(\d+)/.exec(line);
      sum.bytes += Number(shown?.[1] ?? 0);
      sum.calls += Number(shown?.[2] ?? 0);
    }
  return sum;
}
