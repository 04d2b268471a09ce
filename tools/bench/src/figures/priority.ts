import type { ClientLine } from '@sluice/tool-acceptance';
import { BenchSystem } from '../bench-system.js';
import { driveCount, mustSucceed } from '../drive-load.js';
import type { Figure, Measurement } from '../figure.js';
import { standInScanner } from '../stand-in.js';
import { percentile, rounded } from '../statistics.js';
import { nextScanId, uniqueObject } from '../unique-objects.js';

const slots = 8;
const objectBytes = 1024;

/** A mail's time from its submission to its verdict, in an empty queue, behind others with priority, and without it. */
export const priority: Figure = {
  name: 'priority',
  title: "mail's time to verdict behind 10,000 other jobs, 8 slots, stand-in engine of 200 ms",
  async run({ isQuick, log }) {
    const [waiting, mails] = isQuick ? [200, 10] : [10_000, 100];
    const bench = await BenchSystem.start({ scanners: 1, variablesFor: standInFor });
    try {
      const mail = await bench.client('bench-mail', 'mail');
      const other = await bench.client('bench-other');
      const [line] = bench.lines(mail, 1);
      const others = bench.lines(other, 16);
      if (line === undefined) throw new Error('no line');
      const empty = await timesOfMails(line, mails);
      await submitOthers(others, waiting);
      const left = await bench.unfinished();
      const behind = await timesOfMails(line, mails);
      const leftAfter = await bench.unfinished();
      log(`  others waiting: ${left} before, ${leftAfter} after ${mails} mails`);
      const compare = (share: number, limit: number): Measurement => {
        const [value, floor] = [percentile(behind, share), percentile(empty, share)];
        return {
          figure: `${this.title}, p${share * 100}`,
          value: rounded(value, 0),
          unit: 'ms',
          floor: rounded(floor, 0),
          floorName: 'empty queue',
          score: rounded(value / floor),
          target: { sign: '≤', limit },
          details: { othersWaiting: [left, leftAfter], mails },
        };
      };
      return [compare(0.5, 2), compare(0.99, 3), await withoutPriority(empty)];
    } finally {
      await bench.end();
    }
  },
};

const standInFor = (name: string): Record<string, string> =>
  name.startsWith('scanner') ? standInScanner(slots) : {};

async function submitOthers(lines: readonly ClientLine[], count: number): Promise<void> {
  const submit = (line: ClientLine) => () =>
    line.submit({ scanId: nextScanId(), content: uniqueObject(objectBytes) });
  mustSucceed(await driveCount(count, lines.map(submit)));
}

/** One after the other. */
async function timesOfMails(line: ClientLine, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push(await timeOfMail(line));
  return times;
}

async function timeOfMail(line: ClientLine): Promise<number> {
  const startedMs = performance.now();
  const scanId = nextScanId();
  await line.submit({ scanId, content: uniqueObject(objectBytes) });
  for (;;) {
    const { body } = await line.get(`/scans/${scanId}?wait=60`);
    if ((JSON.parse(body) as { state: string }).state !== 'processing') return performance.now() - startedMs;
  }
}

const waitingWithout = 400;

/** The other side of the switch: a mail that takes its place in the line. A system of its own, without a backlog yet. */
async function withoutPriority(empty: readonly number[]): Promise<Measurement> {
  const bench = await BenchSystem.start({
    scanners: 1,
    variablesFor: standInFor,
    variables: { SETTING_MAXIMUM_MAIL_PRIORITY: 'false' },
  });
  try {
    const [line] = bench.lines(await bench.client('bench-mail', 'mail'), 1);
    await submitOthers(bench.lines(await bench.client('bench-other'), 16), waitingWithout);
    const left = await bench.unfinished();
    const [value, floor] = [line === undefined ? 0 : await timeOfMail(line), percentile(empty, 0.5)];
    return {
      figure: `the same with priority off, behind ${left}`,
      value: rounded(value, 0),
      unit: 'ms',
      floor: rounded(floor, 0),
      floorName: 'empty queue',
      score: rounded(value / floor),
      target: null,
      details: { othersWaiting: left },
    };
  } finally {
    await bench.end();
  }
}
