import path from 'node:path';
import { parseArgs } from 'node:util';
import { Agent } from 'node:https';
import { type Output, ProgressBar } from '@sluice/tool-launcher';
import { awaitReport } from './await-report.js';
import { CommandError } from './command.errors.js';
import { describeVerdicts, exitCodeFor, type FileResult } from './describe-verdicts.js';
import { ensureAccepted } from './external-systems.js';
import type { LocalSystem } from './local-system.js';
import type { PinnedServer } from './pinned-request.js';
import { commandLineSensorId, submitObject, type Submission } from './submit-object.js';

export const scanUsage = `scan [--json] FILE …
  exit code 0: all clean, 1: something was detected, 2: something could not be scanned`;

export interface ScanOutcome {
  readonly text: string;
  readonly exitCode: 0 | 1 | 2;
}

/** Submits the files one after the other, then waits for all verdicts at once. */
export async function runScan(
  args: readonly string[],
  { system, from, progress }: { system: LocalSystem; from: string; progress: Output },
): Promise<ScanOutcome> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  });
  if (positionals.length === 0) throw new CommandError('Name at least one file.', scanUsage);
  const pinned = await system.gateway();
  await ensureAccepted(system.console, commandLineSensorId, pinned.fingerprint);
  const gateway = { ...pinned, agent: new Agent({ keepAlive: true, maxSockets: 16 }) };
  try {
    const results = await scanFiles(gateway, { names: positionals, from, progress });
    const text = values.json === true ? JSON.stringify(results, null, 2) : describeVerdicts(results);
    return { text, exitCode: exitCodeFor(results) };
  } finally {
    gateway.agent.destroy();
  }
}

interface Files {
  readonly names: readonly string[];
  readonly from: string;
  readonly progress: Output;
}

async function scanFiles(gateway: PinnedServer, { names, from, progress }: Files): Promise<FileResult[]> {
  const bar = new ProgressBar(progress);
  const waiting: Promise<FileResult>[] = [];
  for (const name of names) {
    const submitted = await attempt(name, () =>
      submitObject(gateway, path.resolve(from, name), (sent, total) =>
        bar.show(`Sending ${name}`, sent, total),
      ),
    );
    waiting.push('scanId' in submitted ? finish(gateway, name, submitted) : Promise.resolve(submitted));
  }
  let done = 0;
  const showWaiting = (): void => bar.show('Scanning', done, names.length);
  showWaiting();
  const results = await Promise.all(
    waiting.map(async (one) => {
      const result = await one;
      done += 1;
      showWaiting();
      return result;
    }),
  );
  bar.end();
  return results;
}

async function finish(gateway: PinnedServer, name: string, { scanId }: Submission): Promise<FileResult> {
  const result = await attempt(name, async () => ({ report: await awaitReport(gateway, scanId) }));
  return 'report' in result ? { kind: 'report', file: name, report: result.report } : result;
}

/** One file's trouble must not hide the verdicts of the others. */
async function attempt<Result>(
  file: string,
  work: () => Promise<Result>,
): Promise<Result | Extract<FileResult, { kind: 'failed' }>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { kind: 'failed', file, reason: error.message };
  }
}
