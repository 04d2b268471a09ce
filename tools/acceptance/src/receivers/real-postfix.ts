import type { KeyPair } from '@sluice/tls';
import { findFreePort } from '@sluice/private-servers';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../until.js';
import { canConnect } from './can-connect.js';
import { countWaiting } from './count-waiting.js';
import { LineService } from './line-service.js';
import {
  mainConfiguration,
  masterConfiguration,
  queueFolders,
  usualSettings,
  type PostfixSettings,
} from './postfix-configuration.js';
import { checkLogins, greylist } from './postfix-services.js';

export interface PostfixOptions {
  readonly keys: KeyPair;
  /** Addresses it has a mailbox for; any other is refused with 550. */
  readonly mailboxes: readonly string[];
  /** Of these it takes the first attempt for spam: 450, and the mail when it comes again. */
  readonly greylisted?: readonly string[];
  /** No one else may send. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Of `main.cf`, such as a filter; in place of what stands there otherwise. */
  readonly settings?: PostfixSettings;
  /** More lines of `master.cf`, such as a further listener. */
  readonly services?: string;
}

/** Who owns the mailboxes: neither root nor Postfix. */
const mailOwner = 65_534;

/**
 * A real Postfix of one's own: configuration, queue and mailboxes in a folder that goes with it, on a port of loopback.
 * Only root can run one; nothing of the machine's own mail is touched.
 */
export class RealPostfix {
  private constructor(
    private readonly folder: string,
    private master: ChildProcess,
    private readonly services: readonly LineService[],
    readonly port: number,
    private settings: PostfixSettings,
  ) {}

  static async start(options: PostfixOptions): Promise<RealPostfix> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-postfix-'));
    const { login } = options;
    const logins = login === undefined ? {} : { [login.user]: login.password };
    const [loginService, policyService] = await Promise.all([
      LineService.start(() => checkLogins(logins)),
      LineService.start(greylist(options.greylisted ?? [])),
    ]);
    const port = await findFreePort();
    await writeFolder(folder, options);
    const ports = { port, loginPort: loginService.port, policyPort: policyService.port };
    const settings = {
      ...usualSettings(folder, { ...ports, hasLogin: login !== undefined }),
      ...options.settings,
    };
    await writeFile(at(folder, 'main.cf'), mainConfiguration(settings));
    await writeFile(at(folder, 'master.cf'), masterConfiguration(port) + (options.services ?? ''));
    const one = new RealPostfix(folder, startMaster(folder), [loginService, policyService], port, settings);
    await one.isUp();
    return one;
  }

  /** Of the installed package. */
  static version(): string {
    return setting('mail_version');
  }

  /** Mails of a mailbox as they lie there, once there are as many. */
  async mails(mailbox: string, count: number): Promise<string[]> {
    const folder = path.join(this.folder, 'mail', mailbox, 'new');
    const names = await until(async () => {
      const found = await readdir(folder).catch(() => []);
      return found.length >= count && found;
    });
    return Promise.all(names.sort().map((name) => readFile(path.join(folder, name), 'utf8')));
  }

  /** Mails that a mailbox has now. */
  async mailCount(mailbox: string): Promise<number> {
    return (await readdir(path.join(this.folder, 'mail', mailbox, 'new')).catch(() => [])).length;
  }

  /** Mails that it took and that are on their way still. */
  waitingCount(): Promise<number> {
    return countWaiting(path.join(this.folder, 'queue'));
  }

  /** Queue ids of what lies where only the operator gets it out. */
  held(): Promise<string[]> {
    return readdir(path.join(this.folder, 'queue', 'hold'));
  }

  /** What lies there, as its queue has it: a mail's own lines can be read in it. */
  async heldSources(): Promise<string[]> {
    const folder = path.join(this.folder, 'queue', 'hold');
    return Promise.all((await this.held()).map((name) => readFile(path.join(folder, name), 'latin1')));
  }

  /** Of the process that starts all others. */
  get pid(): number | undefined {
    return this.master.pid;
  }

  /** What it noted so far. */
  log(): Promise<string> {
    return readFile(path.join(this.folder, 'mail.log'), 'utf8').catch(() => '');
  }

  /** Down, with all it has in its queue and its mailboxes: `comeBack` starts it again. */
  async goAway(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.master.exitCode !== null || this.master.signalCode !== null) return;
    const closed = once(this.master, 'close');
    // Killed, it does not end its children: the whole group goes.
    if (signal === 'SIGKILL') process.kill(-(this.master.pid ?? 0), signal);
    else this.master.kill(signal);
    await closed;
  }

  async comeBack(): Promise<void> {
    this.master = startMaster(this.folder);
    await this.isUp();
  }

  /** Of `main.cf`, in place of what stood there of the same names. In force for connections that begin afterwards. */
  async configure(settings: PostfixSettings): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    const file = at(this.folder, 'main.cf');
    // No process that starts meanwhile reads a half of it.
    await writeFile(`${file}.new`, mainConfiguration(this.settings));
    await rename(`${file}.new`, file);
    this.master.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    await this.goAway();
    await Promise.all(this.services.map((service) => service.stop()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private async isUp(): Promise<void> {
    await until(() => canConnect(this.port)).catch(async (error: unknown) => {
      const log = await this.log();
      await this.stop();
      throw new Error(`Postfix did not start: ${log}`, { cause: error });
    });
  }
}

/** A session of its own: it ends everything it started by its process group. */
const startMaster = (folder: string): ChildProcess =>
  spawn(path.join(setting('daemon_directory'), 'master'), ['-c', at(folder, ''), '-d'], {
    stdio: 'ignore',
    detached: true,
  });

const at = (folder: string, name: string): string => path.join(folder, 'conf', name);

/** Of the installed package. */
const setting = (name: string): string =>
  execFileSync('postconf', ['-d', '-h', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  }).trim();

async function writeFolder(folder: string, { keys, mailboxes }: PostfixOptions): Promise<void> {
  await chmod(folder, 0o755);
  await mkdir(path.join(folder, 'conf'));
  await mkdir(path.join(folder, 'mail'));
  await chown(path.join(folder, 'mail'), mailOwner, mailOwner);
  const postfix = Number(execFileSync('id', ['-u', setting('mail_owner')], { encoding: 'utf8' }));
  for (const name of queueFolders) {
    await mkdir(path.join(folder, name), { recursive: true, mode: 0o700 });
    if (name !== 'queue' && name !== 'queue/pid') await chown(path.join(folder, name), postfix, 0);
  }
  await chmod(path.join(folder, 'queue'), 0o755);
  await writeFile(at(folder, 'server.crt'), keys.certPem);
  await writeFile(at(folder, 'server.key'), keys.keyPem, { mode: 0o600 });
  await writeFile(at(folder, 'mailboxes'), mailboxes.map((address) => `${address} ${address}/\n`).join(''));
}
