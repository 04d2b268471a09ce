import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { pinnedJson } from './testing/console-answer.js';
import { until } from '@sluice/tool-acceptance';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { readSystemFile, whyNoPostfix } from '@sluice/tool-launcher';
import { settingsOf } from './clients/postfix.js';
import { documentedLines, readGuide } from './documented-lines.js';
import { recipient } from './samples.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, docs/mail.md from its first line to the alert: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const root = path.resolve(import.meta.dirname, '../../..');

/** What a new user does who has a Postfix and docs/mail.md: the lines typed are taken out of it. */
withPostfix('docs/mail.md, from its first line', () => {
  let folder: string;
  let launcher: ChildProcess;
  let postfix: RealPostfix;
  let milter: number;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-first-mail-'));
    await chmod(folder, 0o755);
    milter = await findFreePort();
  });
  afterAll(async () => {
    await postfix?.stop();
    if (launcher !== undefined && launcher.exitCode === null) {
      const closed = once(launcher, 'close');
      launcher.kill('SIGINT');
      await closed;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }, 120_000);

  const lines = (name: string): string =>
    documentedLines(readGuide(root, 'mail.md'), name, { clamd: 0, milter });

  it('the system starts with the milter door', async () => {
    const [, ...options] = /^npm start -- (--\S+) (\S+)$/m.exec(lines('start')) ?? [];
    expect(options).toEqual(['--milter', String(milter)]);
    launcher = spawn(process.execPath, [path.join(root, 'tools/launcher/start.mjs'), ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'] ?? '',
        INIT_CWD: folder,
        SLUICE_HOME: 'state',
        GATEWAY_PORT: String(await findFreePort()),
        CONSOLE_PORT: String(await findFreePort()),
      },
    });
    let said = '';
    launcher.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    await until(() => {
      if (launcher.exitCode !== null) throw new Error(`npm start ended: ${said}`);
      return said.includes('Sluice is running.');
    }, 300_000);
  }, 320_000);

  it('a stock Postfix with the pasted lines refuses the mail that is typed', async () => {
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [recipient],
      settings: settingsOf(lines('main.cf')),
    });
    const typed = lines('try it')
      .replaceAll('root@localhost', recipient)
      .replace('smtp://127.0.0.1', `smtp://127.0.0.1:${postfix.port}`);
    const said = await new Promise<string>((resolve) => {
      execFile('bash', ['-c', typed], { cwd: folder }, (_error, stdout, stderr) => resolve(stdout + stderr));
    });
    expect(said).toMatch(
      /^< 550 5\.7\.1 Message refused, malware was found: .*\(reference mail-[0-9a-f]+\)/m,
    );
    await until(async () => (await postfix.waitingCount()) === 0);
    expect(await postfix.mailCount(recipient)).toBe(0);
  }, 320_000);

  it('and its alert stands in the console, with sender, recipients and subject', async () => {
    const file = readSystemFile(path.join(folder, 'state'));
    expect(file).not.toBeNull();
    const { consoleUrl = '', consoleCertificate = '', localToken = '' } = file ?? {};
    const alert = await until(async () => {
      const { items } = await pinnedJson<{ items: Record<string, unknown>[] }>(
        `${consoleUrl}/api/alerts?limit=10`,
        { ca: readFileSync(consoleCertificate), token: readFileSync(localToken, 'utf8').trim() },
      );
      return items[0];
    }, 60_000);
    const shown = JSON.stringify(alert);
    for (const word of ['Invoice of May', 'ann@example.com', recipient]) expect(shown).toContain(word);
  }, 120_000);
});
