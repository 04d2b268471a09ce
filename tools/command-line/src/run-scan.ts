import path from 'node:path';
import { parseArgs } from 'node:util';
import { Agent } from 'node:https';
import { type Output, ProgressBar } from '@sluice/tool-launcher';
import { awaitReport } from './await-report.js';
import { CommandError } from './command.errors.js';
import { describeVerdicts, exitCodeFor, type FileResult } from './describe-verdicts.js';
import { ensureAccepted } from './external-systems.js';
import { findFiles } from './find-files.js';
import type { LocalSystem } from './local-system.js';
import type { PinnedServer } from './pinned-request.js';
import { readPasswords } from './read-passwords.js';
import { commandLineSensorId, submitObject, type Submission } from './submit-object.js';

export const scanUsage = `scan [--json] [--password-file FILE] FILE-OR-FOLDER …
  folders with all that is in them; links in them are not followed. FILE (- for standard input): a password on each line
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
    options: { json: { type: 'boolean' }, 'password-file': { type: 'string' } },
  });
  if (positionals.length === 0) throw new CommandError('Name at least one file or folder.', scanUsage);
  const found = findFiles(positionals, from);
  const passwords = readPasswords(values['password-file'], from);
  const pinned = await system.gateway();
  const commandLine = { sensorId: commandLineSensorId, type: 'other', name: 'Command line' } as const;
  await ensureAccepted(system.console, commandLine, pinned.fingerprint);
  const gateway = { ...pinned, agent: new Agent({ keepAlive: true, maxSockets: 16 }) };
  try {
    const results = [
      ...(await scanFiles(gateway, { names: found.files, from, passwords, progress })),
      ...found.leftOut.map((one): FileResult => ({ kind: 'failed', ...one })),
    ];
    const text = values.json === true ? JSON.stringify(results, null, 2) : describeVerdicts(results);
    return { text, exitCode: exitCodeFor(results) };
  } finally {
    gateway.agent.destroy();
  }
}

interface Files {
  readonly names: readonly string[];
  readonly from: string;
  readonly passwords: readonly string[];
  readonly progress: Output;
}

async function scanFiles(
  gateway: PinnedServer,
  { names, from, passwords, progress }: Files,
): Promise<FileResult[]> {
  const bar = new ProgressBar(progress);
  const waiting: Promise<FileResult>[] = [];
  for (const name of names) {
    const submitted = await attempt(name, () =>
      submitObject(gateway, {
        file: path.resolve(from, name),
        passwords,
        onProgress: (sent, total) => bar.show(`Sending ${name}`, sent, total),
      }),
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
