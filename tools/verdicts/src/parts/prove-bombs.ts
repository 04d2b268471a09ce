import { bombs } from '../kinds/bombs.js';
import type { ScanState } from '../judging/judge-engines.js';
import { ToolMissing } from '../making/run-tool.js';
import { PeakMemory, type Peaks } from '../running/peak-memory.js';
import type { KeptResults } from '../running/kept-results.js';
import { type ProofScanner, needle } from '../running/proof-scanner.js';
import type { PartReport } from './part-report.js';

/** Bombs have to be at their end by then. */
export const scanTimeoutSeconds = 60;
/** Twice the scan's time is the most that an engine may be kept busy. */
const mostSeconds = 2 * scanTimeoutSeconds;
/** What the sandbox is given, and what clamd may hold of an object and its parts. */
const mostMebibytes = { inspectorMebibytes: 1536, clamdMebibytes: 2048, scannerMebibytes: 1024 } as const;

export interface BombResult {
  readonly name: string;
  readonly sizeBytes: number;
  readonly state: ScanState;
  readonly why: string;
  readonly seconds: number;
  readonly peaks: Peaks;
  readonly problems: readonly string[];
}

/** Bounded time and memory, and the right state. One after the other, so that each peak is its own. */
export async function proveBombs(
  scanner: ProofScanner | null,
  kept: KeptResults<BombResult>,
  onProgress: (done: number, of: number, name: string) => void,
): Promise<PartReport> {
  const problems: string[] = [];
  if (scanner !== null) problems.push(...(await runBombs(scanner, kept, onProgress)));
  const results = bombs.flatMap(({ name }) => kept.all.find((one) => one.name === name) ?? []);
  const most = (key: keyof Peaks): number => Math.max(0, ...results.map(({ peaks }) => peaks[key]));
  return {
    title: 'Bombs',
    totals: [
      `${results.length} bombs; longest ${Math.max(0, ...results.map(({ seconds }) => seconds))} s (a scan may take ${scanTimeoutSeconds} s), peak memory: inspector ${most('inspectorMebibytes')} MiB, clamd ${most('clamdMebibytes')} MiB, scanner ${most('scannerMebibytes')} MiB`,
    ],
    problems: [
      ...problems,
      ...results.flatMap((one) => one.problems),
      ...(results.length < bombs.length ? [`${bombs.length - results.length} bombs were not run`] : []),
    ],
    details: [
      '',
      '| bomb | bytes | state | why | s | inspector MiB | clamd MiB |',
      '|---|---|---|---|---|---|---|',
      ...results.map(
        ({ name, sizeBytes, state, why, seconds, peaks }) =>
          `| ${name} | ${sizeBytes} | ${state} | ${why} | ${seconds} | ${peaks.inspectorMebibytes} | ${peaks.clamdMebibytes} |`,
      ),
    ],
  };
}

/** Returns what could not be made. */
async function runBombs(
  scanner: ProofScanner,
  kept: KeptResults<BombResult>,
  onProgress: (done: number, of: number, name: string) => void,
): Promise<string[]> {
  const memory = new PeakMemory(scanner.pids);
  const problems: string[] = [];
  for (const bomb of bombs.filter(({ name }) => !kept.has(name))) {
    try {
      const result = await runBomb(bomb, scanner, memory);
      // An engine that failed is a problem of this run, and no result for the next one.
      if (result.state === 'failed') problems.push(`bomb "${bomb.name}" not recorded: ${result.why}`);
      else kept.add(bomb.name, result);
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      problems.push(`bomb "${bomb.name}" was not made: ${error.message}`);
    }
    onProgress(kept.all.length, bombs.length, bomb.name);
  }
  memory.stop();
  return problems;
}

async function runBomb(
  bomb: (typeof bombs)[number],
  scanner: ProofScanner,
  memory: PeakMemory,
): Promise<BombResult> {
  const content = await bomb.make(needle);
  memory.take();
  const { state, unexamined, milliseconds } = await scanner.scanOnce(content, bomb.isMail ? 'email' : 'file');
  const [peaks, seconds] = [memory.take(), Math.round(milliseconds / 100) / 10];
  const problems: string[] = [];
  const wrong = (what: string): void => void problems.push(`bomb "${bomb.name}": ${what}`);
  if (state === 'failed' || (bomb.right === 'bounded' && state === 'not detected'))
    wrong(`${state}; ${unexamined.join('; ')}`);
  if (seconds > mostSeconds) wrong(`${seconds} s; at most ${mostSeconds} s`);
  for (const [key, most] of Object.entries(mostMebibytes) as [keyof Peaks, number][])
    if (peaks[key] > most)
      wrong(`${key.replace('Mebibytes', '')} took ${peaks[key]} MiB; at most ${most} MiB`);
  return {
    name: bomb.name,
    sizeBytes: content.length,
    state,
    why: unexamined.slice(0, 2).join('; '),
    seconds,
    peaks,
    problems,
  };
}
