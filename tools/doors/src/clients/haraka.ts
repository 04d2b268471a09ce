import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/tool-acceptance';
import { canConnect } from '@sluice/tool-acceptance/receivers';
import type { DoorClient } from '../door-client.js';
import { fateOfMail } from '../mail-fate.js';
import { npmPackages } from '../packages/npm-package.js';

const version = '3.3.4';
const readyMs = 60_000;

/** npm's mail server with its own clamd plugin. */
export const haraka: DoorClient = {
  name: 'haraka',
  title: 'Haraka',
  packages: [],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const packages = await npmPackages(arena.cache, 'Haraka', { Haraka: version });
    const clamd = await arena.clamdSensor('clamd for mail servers');
    const port = await findFreePort();
    const folder = await arena.folder('haraka');
    await writeConfiguration(packages, folder, {
      ...configuration(port, arena.receiver.port),
      'clamd.ini': arena.lines('clamd.md', 'haraka config/clamd.ini', { clamd }),
    });
    const server = await startServer({ packages, folder, port });
    const mailbox = { mails: () => arena.receiver.mails.map(({ source }) => source) };
    return {
      version,
      meet: (occasion) => fateOfMail({ client: 'haraka', port, mailbox }, occasion),
      stop: () => end(server),
    };
  },
};

/** Takes mail of one domain, asks clamd, and hands on what it took. */
const configuration = (port: number, onward: number): Record<string, string> => ({
  plugins: 'rcpt_to.in_host_list\nclamd\nqueue/smtp_forward\n',
  host_list: 'example.org\n',
  me: 'mail.example.org\n',
  'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
  'smtp_forward.ini': `host=127.0.0.1\nport=${onward}\n`,
});

/** As `haraka -i` makes it: its own configuration, without which it does not greet, and what is set above it. */
async function writeConfiguration(
  packages: string,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await cp(path.join(packages, 'node_modules/Haraka/config'), path.join(folder, 'config'), {
    recursive: true,
  });
  for (const [name, text] of Object.entries(files))
    await writeFile(path.join(folder, 'config', name), `${text.trimEnd()}\n`);
}

async function startServer(plan: { packages: string; folder: string; port: number }): Promise<ChildProcess> {
  const logFile = path.join(plan.folder, 'log');
  const log = await open(logFile, 'a');
  const program = path.join(plan.packages, 'node_modules/Haraka/bin/haraka');
  const server = spawn(process.execPath, [program, '-c', plan.folder], { stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  process.once('exit', () => server.kill('SIGKILL'));
  await until(async () => hasEnded(server) || (await canConnect(plan.port)), readyMs).catch(() => undefined);
  if (!hasEnded(server) && (await canConnect(plan.port))) return server;
  await end(server);
  throw new Error(
    `Haraka did not start: ${(await readFile(logFile, 'utf8')).trim().split('\n').slice(-8).join(' | ')}`,
  );
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function end(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const closed = once(server, 'close');
  server.kill('SIGKILL');
  await closed;
}
