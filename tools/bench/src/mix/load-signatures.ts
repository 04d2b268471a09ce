import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { ClamavEngine } from '@sluice/engine-clamav';
import { until } from '@sluice/tool-acceptance';
import type { BenchSystem } from '../bench-system.js';
import { markers, writeSignatureSet } from './signature-set.js';

const longestLoadMs = 180_000;

/**
 * Gives the system's clamd a set of realistic size, and returns when it finds with all of it and the scanner has said so:
 * what is scanned before that would not be told again.
 */
export async function loadSignatures({ system, ledger }: BenchSystem): Promise<void> {
  const decidesNow = async (): Promise<string | null> => {
    const { rows } = await ledger.query<{ name: string | null }>(
      'SELECT ledger.newest_decision_set() AS name',
    );
    return rows[0]?.name ?? null;
  };
  const before = await until(decidesNow);
  const configuration = await readFile(path.join(system.home, 'clamd', 'clamd.conf'), 'utf8');
  const folder = /^DatabaseDirectory (.+)$/m.exec(configuration)?.[1];
  if (folder === undefined) throw new Error('clamd.conf names no folder');
  await writeSignatureSet(folder);
  const { url } = system.servers.clamd;
  await command(url.replace(/^unix:/, ''), 'RELOAD');
  const engine = new ClamavEngine({ url, maxObjectBytes: 1024 });
  try {
    for (const marker of Object.values(markers))
      await until(async () => (await kindOf(engine, marker)) === 'infected', longestLoadMs);
  } finally {
    await engine.close();
  }
  await until(async () => ![null, before].includes(await decidesNow()), longestLoadMs);
}

async function kindOf(engine: ClamavEngine, object: Buffer): Promise<string> {
  const bytes = (async function* () {
    yield object;
  })();
  const { kind } = await engine.scan({ sizeBytes: object.length, bytes }, { timeoutMs: 60_000 });
  return kind;
}

async function command(socketPath: string, name: string): Promise<void> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    socket.write(`z${name}\0`);
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
}
