import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { StartError } from '@sluice/private-servers';
import type { ListenOptions } from './system-options.js';

/** A database, a broker's journal and logs begin in about half of this. */
const leastForServersBytes = 256 * 1024 ** 2;
/** The gateway's own default of OBJECT_STORE_RESERVE_BYTES. */
const usualReserveBytes = 1024 ** 3;

export interface Needs {
  readonly home: string;
  /** What the gateway keeps free; null when the objects lie elsewhere. */
  readonly reserveBytes: number | null;
  /** By the beginning of their variables' names. */
  readonly listeners: { readonly GATEWAY: ListenOptions; readonly CONSOLE: ListenOptions };
}

/** From the user's variables; what is wrong with them the gateway says itself. */
export function reserveFrom(variables: Readonly<NodeJS.ProcessEnv>): number {
  const set = Number(variables['OBJECT_STORE_RESERVE_BYTES'] ?? Number.NaN);
  return Number.isFinite(set) ? set : usualReserveBytes;
}

/** What would make a start fail half-way, told before anything runs. */
export async function checkBeforeStart({ home, reserveBytes, listeners }: Needs): Promise<void> {
  checkFreeSpace(home, reserveBytes);
  const { GATEWAY: gateway, CONSOLE: console } = listeners;
  if (gateway.port === console.port) {
    throw new StartError(
      `GATEWAY_PORT and CONSOLE_PORT are both ${gateway.port}.`,
      'Set one of them to another port.',
    );
  }
  for (const [variable, listener] of Object.entries(listeners)) await checkListener(variable, listener);
}

/** A listener of the sensor, by the option it was asked for with. */
export async function checkDoor(option: string, { host, port }: ListenOptions): Promise<void> {
  const code = await tryListening(host, port);
  if (code !== null)
    throw new StartError(reasonOf(code, { host, port }), `Give ${option} another address or port.`);
}

function checkFreeSpace(home: string, reserveBytes: number | null): void {
  const { bavail, bsize } = statfsSync(home);
  const needed = leastForServersBytes + (reserveBytes ?? 0);
  if (bavail * bsize >= needed) return;
  const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  const reserve =
    reserveBytes === null ? '' : ` (${mebibytes(reserveBytes)} of it stay free for the servers)`;
  throw new StartError(
    `The disk of ${home} is full: ${mebibytes(bavail * bsize)} free, ${mebibytes(needed)} needed${reserve}.`,
    `Free some space there, or set SLUICE_HOME to another disk${reserve && ', or OBJECT_STORE_RESERVE_BYTES to less'}.`,
  );
}

async function checkListener(variable: string, { host, port }: ListenOptions): Promise<void> {
  const code = await tryListening(host, port);
  if (code === null) return;
  const part = code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' ? 'HOST' : 'PORT';
  throw new StartError(
    reasonOf(code, { host, port }),
    `Set ${variable}_${part} to another one${code === 'EADDRINUSE' ? ', or stop what uses it' : ''}.`,
  );
}

function reasonOf(code: string, { host, port }: ListenOptions): string {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is in use.`,
    EACCES: `Port ${port} may not be used by this user.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine.`,
    ENOTFOUND: `${host} is not an address of this machine.`,
  };
  return reasons[code] ?? `Cannot listen on ${host}:${port} (${code}).`;
}

function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port }, () => probe.close(() => resolve(null)));
  });
}
