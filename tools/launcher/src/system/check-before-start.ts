import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { LauncherError } from '../launcher.errors.js';
import type { ListenOptions } from './system-options.js';

/** A database, a broker's journal and logs begin in about a fifth of this. */
const leastFreeBytes = 512 * 1024 ** 2;

/** What would make a start fail half-way, told before anything runs. */
export async function checkBeforeStart(
  home: string,
  listeners: Readonly<Record<string, ListenOptions>>,
): Promise<void> {
  checkFreeSpace(home);
  for (const [variable, listener] of Object.entries(listeners)) await checkListener(variable, listener);
}

function checkFreeSpace(home: string): void {
  const { bavail, bsize } = statfsSync(home);
  if (bavail * bsize >= leastFreeBytes) return;
  const freeMebibytes = Math.floor((bavail * bsize) / 1024 ** 2);
  throw new LauncherError(
    `The disk of ${home} is full: ${freeMebibytes} MiB free, ${leastFreeBytes / 1024 ** 2} MiB needed to start.`,
    'Free some space there, or set SLUICE_HOME to another disk.',
  );
}

async function checkListener(variable: string, { host, port }: ListenOptions): Promise<void> {
  const code = await tryListening(host, port);
  if (code === null) return;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is in use.`,
    EACCES: `Port ${port} may not be used by this user.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine.`,
    ENOTFOUND: `${host} is not an address of this machine.`,
  };
  const part = code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' ? 'HOST' : 'PORT';
  throw new LauncherError(
    reasons[code] ?? `Can't listen on ${host}:${port} (${code}).`,
    `Set ${variable}_${part} to another one${code === 'EADDRINUSE' ? ', or stop what uses it' : ''}.`,
  );
}

function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port }, () => probe.close(() => resolve(null)));
  });
}
