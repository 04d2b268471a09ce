import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/tool-acceptance';
import { canConnect } from '@sluice/tool-acceptance/receivers';
import type { DoorClient } from '../door-client.js';
import { fateOfMail } from '../mail-fate.js';
import { npmPackages } from '../packages/npm-package.js';

const packages = { Haraka: '3.3.4', 'haraka-plugin-clamd': '1.0.6' };

export const haraka: DoorClient = {
  name: 'haraka',
  title: 'Haraka',
  packages: [],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const clamd = await arena.clamdSensor('clamd for mail servers');
    const installed = await npmPackages(arena.cache, 'Haraka', packages);
    const folder = await arena.folder('haraka');
    const port = await findFreePort();
    const pasted = arena.lines('clamd.md', 'haraka config/clamd.ini', { clamd });
    await writeConfiguration(folder, { pasted, port, onward: arena.receiver.port });
    const log = await open(path.join(folder, 'log'), 'a');
    const program = path.join(installed, 'node_modules/Haraka/bin/haraka');
    const child = spawn(process.execPath, [program, '-c', folder], {
      stdio: ['ignore', log.fd, log.fd],
      cwd: folder,
    });
    await log.close();
    process.once('exit', () => child.kill('SIGKILL'));
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    };
    const isUp = await until(async () => child.exitCode !== null || (await canConnect(port)), 60_000).then(
      () => child.exitCode === null,
      () => false,
    );
    if (!isUp) {
      await stop();
      throw new Error(
        `Haraka did not start: ${(await readFile(path.join(folder, 'log'), 'utf8')).slice(-600)}`,
      );
    }
    const mailbox = { mails: () => arena.receiver.mails.map(({ source }) => source) };
    return {
      version: packages.Haraka,
      meet: (occasion) => fateOfMail({ client: 'haraka', port, mailbox }, occasion),
      stop,
    };
  },
};

async function writeConfiguration(
  folder: string,
  { pasted, port, onward }: { pasted: string; port: number; onward: number },
): Promise<void> {
  const files = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    plugins: 'rcpt_to.in_host_list\nclamd\nqueue/smtp_forward\n',
    host_list: 'example.org\n',
    'smtp_forward.ini': `host=127.0.0.1\nport=${onward}\n`,
    'clamd.ini': pasted,
    me: 'mail.example.org\n',
  };
  await mkdir(path.join(folder, 'config'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, 'config', name), text);
}
