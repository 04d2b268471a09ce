import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable, homeFor } from '@sluice/tool-launcher';
import { allClients } from './all-clients.js';
import type { DoorClient } from './door-client.js';
import { DoorArena } from './door-arena.js';
import { isAsExpected, reasonsOf, reportRows } from './report-table.js';
import { runDoors, type ClientReport } from './run-doors.js';

const usage = `npm run doors [-- NAME …]

Starts a system with both doors of its sensor and lets real programs use them with the lines of docs/mail.md and docs/clamd.md;
what became of each mail and file is what counts. Debian's programs are downloaded and unpacked, not installed, and kept in
the state folder. Exit code 1 when something went another way than documented.

Names: ${allClients.map(({ name }) => name).join(', ')}. None named: all.`;

interface CommandInput {
  readonly root: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export async function doorsCommand({ root, args, env }: CommandInput): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const isUnknown = positionals.some((name) => !allClients.some((client) => client.name === name));
  if (values.help === true || isUnknown) {
    console.log(usage);
    process.exit(isUnknown ? 2 : 0);
  }
  // Ending by `exit` lets the launcher take its children along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const clients = allClients.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const reports = await proveDoors({ root, env, clients, log: (line) => console.log(line) });
  console.log(`\n${formatTable(reportRows(reports))}`);
  for (const reason of reasonsOf(reports)) console.log(reason);
  process.exit(reports.every(isAsExpected) ? 0 : 1);
}

/** Leaves nothing but the packages in the state folder. */
export async function proveDoors(what: {
  root: string;
  env: NodeJS.ProcessEnv;
  clients: readonly DoorClient[];
  log: (line: string) => void;
}): Promise<ClientReport[]> {
  const cache = path.join(homeFor(what.root, what.env), 'doors');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-doors-'));
  await chmod(folder, 0o755);
  try {
    const arena = await DoorArena.start({ root: what.root, cache, folder });
    try {
      return await runDoors(arena, what);
    } finally {
      await arena.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
