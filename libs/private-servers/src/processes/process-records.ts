import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { makeDirectory } from '../files/directories.js';
import { writePrivateFile } from '../files/private-files.js';
import { pollUntil } from '@sluice/timing';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';

const recordSchema = z.object({
  pid: z.int(),
  startedAt: z.string(),
  /** Servers are stopped after the services that use them. */
  stopSignal: z.string(),
  order: z.int(),
});
type ProcessRecord = z.infer<typeof recordSchema>;

const politeMs = 5000;

/**
 * Which processes a launcher started, one small file each, so that the next launcher finds what was left when this one
 * was killed. The process groups are ours alone: every child is started as the leader of its own.
 */
export class ProcessRecords {
  readonly #directory: string;

  constructor(home: string) {
    this.#directory = makeDirectory(path.join(home, 'processes'), 'launcher', null);
  }

  add(name: string, pid: number, stop: { signal: NodeJS.Signals; order: number }): void {
    const identity = identify(pid);
    if (identity === null) return;
    const record: ProcessRecord = { ...identity, stopSignal: stop.signal, order: stop.order };
    writePrivateFile(this.#file(name), JSON.stringify(record));
  }

  remove(name: string): void {
    rmSync(this.#file(name), { force: true });
  }

  /** Names of processes of an earlier launcher that still run. */
  running(): string[] {
    return this.#read()
      .filter(({ record }) => isRunning(record))
      .map(({ name }) => name);
  }

  /** Ends what is still running, users of a server before the server. Answers the names of what had to be ended. */
  async endLeftovers(): Promise<string[]> {
    const found = this.#read().sort((one, other) => one.record.order - other.record.order);
    const running = found.filter(({ record }) => isRunning(record));
    const orders = [...new Set(running.map(({ record }) => record.order))];
    for (const order of orders) {
      await Promise.all(
        running.filter(({ record }) => record.order === order).map(({ record }) => end(record)),
      );
    }
    for (const { name } of found) this.remove(name);
    return running.map(({ name }) => name);
  }

  #file(name: string): string {
    return path.join(this.#directory, `${name}.json`);
  }

  #read(): { name: string; record: ProcessRecord }[] {
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => {
        const name = file.slice(0, -'.json'.length);
        const record = parseRecord(path.join(this.#directory, file));
        return record === null ? [] : [{ name, record }];
      });
  }
}

function parseRecord(file: string): ProcessRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Written whole or not at all, so this is someone's edit; it names no process we could safely end.
    return null;
  }
}

async function end(record: ProcessRecord): Promise<void> {
  signalGroup(record, record.stopSignal as NodeJS.Signals);
  if (await hasEnded(record, politeMs)) return;
  signalGroup(record, 'SIGKILL');
  await hasEnded(record, politeMs);
}

const hasEnded = (identity: ProcessIdentity, timeoutMs: number): Promise<boolean> =>
  pollUntil(() => !isRunning(identity), { timeoutMs, intervalMs: 50 });

function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  for (const target of signal === 'SIGKILL' ? [-identity.pid, identity.pid] : [identity.pid]) {
    try {
      process.kill(target, signal);
    } catch {
      // Gone between the look and the signal.
    }
  }
}
