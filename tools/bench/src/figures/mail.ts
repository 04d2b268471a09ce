import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClientLine } from '@sluice/tool-acceptance';
import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure, Measurement } from '../figure.js';
import { ordinaryMail } from '../ordinary-mail.js';
import { percentile, rounded } from '../statistics.js';
import { nextScanId } from '../unique-objects.js';
import { slowRule, worstObjects } from '../worst-objects.js';

const worst = 50;

/** A mail's time from its submission to its verdict while the worst objects of another system are scanned, and without. */
export const mail: Figure = {
  name: 'mail',
  title: `mail's time to verdict while ${worst} of the worst objects of another system wait, real engines and rules`,
  async run({ isQuick, log }) {
    const mails = isQuick ? 10 : 300;
    const rules = await mkdtemp(path.join(tmpdir(), 'sluice-bench-rules-'));
    await writeFile(path.join(rules, 'slow.yar'), slowRule);
    await chmod(rules, 0o755);
    const bench = await BenchSystem.start({ scanners: 1, variables: { YARA_RULES_DIR: rules } });
    try {
      const [line] = bench.lines(await bench.client('bench-mail', 'mail'), 1);
      const [other] = bench.lines(await bench.client('bench-other'), 1);
      if (line === undefined || other === undefined) throw new Error('no line');
      await timesOf(line, isQuick ? 5 : 60); // warm
      const empty = await timesOf(line, mails);
      const objectOf = worstObjects();
      let sent = 0;
      const submit = () => other.submit({ scanId: nextScanId(), content: objectOf((sent += 1)) });
      mustSucceed(await driveCount(worst, [submit]));
      const before = await bench.unfinished();
      const behind = await timesOf(line, mails);
      const after = await bench.unfinished();
      log(`  others unfinished: ${before} before, ${after} after ${mails} mails`);
      const measured = (share: number, target: Measurement['target']): Measurement => {
        const [value, floor] = [percentile(behind, share), percentile(empty, share)];
        return {
          figure: `${this.title}, p${share * 100}`,
          value: rounded(value, 0),
          unit: 'ms',
          floor: rounded(floor, 0),
          floorName: 'none waits',
          score: rounded(value / floor),
          target,
          details: { othersUnfinished: [before, after], mails },
        };
      };
      return [measured(0.5, null), measured(0.99, { sign: '≤', limit: 3 })];
    } finally {
      await bench.end();
      await rm(rules, { recursive: true, force: true });
    }
  },
};

/** One after the other. */
async function timesOf(line: ClientLine, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const [scanId, content] = [nextScanId(), ordinaryMail()];
    const startedMs = performance.now();
    await line.submit({ scanId, content, objectType: 'email' });
    let state = 'processing';
    while (state === 'processing')
      ({ state } = JSON.parse((await line.get(`/scans/${scanId}?wait=60`)).body) as { state: string });
    if (state !== 'not detected') throw new Error(`an ordinary mail is ${state}`);
    times.push(performance.now() - startedMs);
  }
  return times;
}
