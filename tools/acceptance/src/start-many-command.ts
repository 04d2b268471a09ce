import { spawn, type ChildProcess } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findFreePort } from '@sluice/private-servers';
import { Agent, fetch } from 'undici';
import { durations, sideBySide, startMany, type OneStart } from './start-many.js';

const usage = `npm run start-many -- [--systems 20] [--together 4] [--rounds 1]

Starts whole systems by npm start's own command, each in a state directory of its own, sees that gateway and console
answer, and stops them in order. With --rounds 2 each directory is started once more. Exit code 1 when one failed.
Side by side run no more than fit into the memory that is free. Ctrl-C stops those that run.`;

const mostSystems = 200;
/** A deadline against hanging: a start takes seconds alone, and minutes beside others on a busy machine. */
const longestMs = 600_000;
/** From the signal to the end of the last process; what is on its way gets 10 s each in five services. */
const longestStopMs = 180_000;
const startFile = path.resolve(import.meta.dirname, '../../launcher/start.mjs');

export async function startManyCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    console.log(usage);
    return 2;
  }
  const { systems, rounds } = options;
  const together = fitting(options.together);
  const interrupted = interruption();
  const home = await mkdtemp(path.join(tmpdir(), 'sluice-many-'));
  await chmod(home, 0o755); // the services' own user has to pass when root runs this
  const run = async (name: string) => {
    for (let round = 0; round < rounds; round += 1)
      await startOnce(path.join(home, name.replace(' ', '-')), interrupted);
    // Kept when it failed: its logs say why.
    await rm(path.join(home, name.replace(' ', '-')), { recursive: true, force: true });
  };
  const ended = await startMany({ systems, together, run, onEnd: print, signal: interrupted });
  const failed = ended.filter(({ problem }) => problem !== null);
  const starts = `${systems} systems, ${together} side by side, each ${rounds === 1 ? 'once' : `${rounds} times`}`;
  console.log(`${starts}: ${ended.length - failed.length} started and stopped, ${failed.length} failed`);
  printDurations(ended);
  const left = systems - ended.length;
  if (left > 0) console.log(`Interrupted: ${left} not begun.`);
  if (failed.length === 0) await rm(home, { recursive: true, force: true });
  else console.log(`Their state directories are below ${home}.`);
  return failed.length === 0 && left === 0 ? 0 : 1;
}

function fitting(wanted: number): number {
  const available = process.availableMemory();
  const together = sideBySide(wanted, available);
  if (together < wanted)
    console.log(
      `${(available / 1024 ** 3).toFixed(1)} GiB of memory are free: ${together} side by side instead of ${wanted}.`,
    );
  return together;
}

/** Each system is a child of ours: it would outlive a signal that only we get. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  setMaxListeners(mostSystems, controller.signal);
  return controller.signal;
}

function printDurations(ended: readonly OneStart[]): void {
  const found = durations(ended);
  if (found === null) return;
  const { medianSeconds, longest } = found;
  console.log(
    `from start to end ${medianSeconds} s (median), ${longest.seconds} s at most (${longest.name})`,
  );
}

const print = ({ name, problem, seconds }: OneStart): void =>
  console.log(
    `${problem === null ? '✓' : '✗'} ${name}, ${seconds} s${problem === null ? '' : `: ${problem}`}`,
  );

function readOptions(args: readonly string[]) {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { systems: option, together: option, rounds: option },
  });
  const [systems, together, rounds] = [
    values.systems ?? '20',
    values.together ?? '4',
    values.rounds ?? '1',
  ].map(Number) as [number, number, number];
  const isCount = (value: number) => Number.isInteger(value) && value >= 1 && value <= mostSystems;
  return [systems, together, rounds].every(isCount) ? { systems, together, rounds } : null;
}

/** One `npm start`, from the command to the end of its last process. */
async function startOnce(home: string, interrupted: AbortSignal): Promise<void> {
  const [gatewayPort, consolePort] = [await findFreePort(), await findFreePort()];
  const child = spawn(process.execPath, [startFile], {
    env: {
      ...process.env,
      SLUICE_HOME: home,
      GATEWAY_PORT: String(gatewayPort),
      CONSOLE_PORT: String(consolePort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill('SIGTERM');
  // In order, so that its servers end with it.
  const timer = setTimeout(end, longestMs);
  interrupted.addEventListener('abort', end, { once: true });
  const said: string[] = [];
  try {
    await running(child, said);
    await answers(`https://127.0.0.1:${gatewayPort}/kata/scanner/v1/sensors/many/scans/filters`, 401);
    await answers(`https://127.0.0.1:${consolePort}/api/openapi.json`, 200);
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', end);
    await stop(child);
  }
  if (child.exitCode !== 0)
    throw new Error(`stopped with ${child.signalCode ?? child.exitCode}: ${tail(said)}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), longestStopMs);
  await ended;
  clearTimeout(timer);
}

function running(child: ChildProcess, said: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said.push(chunk.toString('utf8'));
      if (said.join('').includes('Sluice is running.')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`did not start: ${tail(said)}`)));
  });
}

async function answers(url: string, status: number): Promise<void> {
  // The system made its certificate itself; nothing secret goes there, and only that it answers is looked at.
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const answer = await fetch(url, { dispatcher: agent });
    await answer.arrayBuffer();
    if (answer.status !== status) throw new Error(`${url} answered ${answer.status}, not ${status}`);
  } finally {
    await agent.close();
  }
}

const tail = (said: readonly string[]): string => said.join('').trim().split('\n').slice(-8).join('\n    ');
