import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findFreePort } from '@sluice/private-servers';
import { Agent, fetch } from 'undici';
import { startMany, type OneStart } from './start-many.js';

const usage = `npm run start-many -- [--systems 20] [--together 4] [--rounds 1]

Starts whole systems by npm start's own command, each in a state directory of its own, sees that gateway and console
answer, and stops them in order. With --rounds 2 each directory is started once more. Exit code 1 when one failed.`;

const mostSystems = 200;
/** A deadline against hanging: a start takes seconds alone, and minutes beside others on a busy machine. */
const longestMs = 600_000;
const startFile = path.resolve(import.meta.dirname, '../../launcher/start.mjs');

export async function startManyCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    console.log(usage);
    return 2;
  }
  const { systems, together, rounds } = options;
  const home = await mkdtemp(path.join(tmpdir(), 'sluice-many-'));
  await chmod(home, 0o755); // the services' own user has to pass when root runs this
  const run = async (name: string) => {
    for (let round = 0; round < rounds; round += 1) await startOnce(path.join(home, name.replace(' ', '-')));
    // Kept when it failed: its logs say why.
    await rm(path.join(home, name.replace(' ', '-')), { recursive: true, force: true });
  };
  const ended = await startMany({ systems, together, run, onEnd: print });
  const failed = ended.filter(({ problem }) => problem !== null);
  const starts = `${systems} systems, ${together} side by side, each ${rounds === 1 ? 'once' : `${rounds} times`}`;
  console.log(`${starts}: ${ended.length - failed.length} started and stopped, ${failed.length} failed`);
  if (failed.length === 0) await rm(home, { recursive: true, force: true });
  else console.log(`Their state directories are below ${home}.`);
  return failed.length === 0 ? 0 : 1;
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
async function startOnce(home: string): Promise<void> {
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
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const said: string[] = [];
  try {
    await running(child, said);
    await answers(`https://127.0.0.1:${gatewayPort}/kata/scanner/v1/sensors/many/scans/filters`, 401);
    await answers(`https://127.0.0.1:${consolePort}/api/openapi.json`, 200);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    clearTimeout(timer);
  }
  if (child.exitCode !== 0)
    throw new Error(`stopped with ${child.signalCode ?? child.exitCode}: ${tail(said)}`);
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
