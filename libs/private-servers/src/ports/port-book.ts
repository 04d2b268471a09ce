import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { writePrivateFile } from '../files/private-files.js';
import { StartError } from '../start.errors.js';
import { claimPort } from './port-claims.js';
import { portRange, type PortRange } from './port-range.js';

const loopback = '127.0.0.1';
const mostDraws = 500;

/** A TCP port on loopback, outside the kernel's own range, that no one listens on and no one else of ours was given. */
export async function findFreePort(
  owner: string = randomUUID(),
  range: PortRange = portRange(),
): Promise<number> {
  for (let draw = 0; draw < mostDraws; draw += 1) {
    const port = randomInt(range.first, range.last + 1);
    // Before it is tried: trying one that another of ours is about to bind would be in its way.
    if (claimPort(port, owner) && (await isPortFree(port))) return port;
  }
  throw new StartError(
    `No free port was found between ${range.first} and ${range.last} on ${loopback}.`,
    'See what listens there: ss -ltnp',
  );
}

export function isPortFree(port: number, host = loopback): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/**
 * The ports of one system, one small file each, by name: all distinct, the same as the last time while they are free, so
 * that addresses stay. A port that was kept by an earlier version inside the kernel's range is given up.
 */
export class PortBook {
  constructor(readonly directory: string) {}

  async take(name: string): Promise<number> {
    const kept = this.#read(name);
    if (kept !== null && (await this.#isUsable(name, kept))) return kept;
    return this.drawAnew(name);
  }

  /** Another one than before: somebody else listens there. */
  async drawAnew(name: string): Promise<number> {
    const before = this.#read(name);
    const taken = new Set([before, ...this.#others(name)]);
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const port = await findFreePort(this.#owner(name));
      if (taken.has(port)) continue;
      writePrivateFile(this.#file(name), `${port}\n`);
      return port;
    }
    throw new StartError(`No port for ${name} was found.`, 'See what listens on this machine: ss -ltnp');
  }

  async #isUsable(name: string, port: number): Promise<boolean> {
    const { first, last } = portRange();
    if (port < first || port > last || this.#others(name).includes(port)) return false;
    return claimPort(port, this.#owner(name)) && (await isPortFree(port));
  }

  #others(name: string): (number | null)[] {
    return readdirSync(this.directory)
      .filter((other) => other !== name && !other.endsWith('.new'))
      .map((other) => this.#read(other));
  }

  #read(name: string): number | null {
    try {
      const port = Number(readFileSync(this.#file(name), 'utf8'));
      return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
    } catch {
      return null;
    }
  }

  #owner = (name: string): string => this.#file(name);
  #file = (name: string): string => path.join(this.directory, name);
}
