import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface Opponent {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts one of the servers in this folder as a process of its own, as production would run it. */
export async function startOpponent(
  name: 'floor-server' | 'plain-service',
  argument: string,
): Promise<Opponent> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, `${name}.js`), argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const port = Number(await firstLine(child));
  if (!(port > 0) || child.pid === undefined) throw new Error(`${name} did not start`);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { port, pid: child.pid, stop };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return '';
  for await (const line of createInterface({ input: child.stdout })) return line;
  return '';
}
