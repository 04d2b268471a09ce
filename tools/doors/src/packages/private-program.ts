import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, mkdir, readFile, chown, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram } from '@sluice/private-servers';
import { until } from '@sluice/tool-acceptance';
import { NotRunHere } from '../door-client.js';

/** Looked through: packages bring nothing elsewhere. */
const layeredFolders = ['usr', 'etc', 'var'] as const;

export interface PrivateProgramPlan {
  /** Where configuration, log and what it writes lie; goes with the run. */
  readonly folder: string;
  /** Of unpackPackage. */
  readonly packageFolder: string;
  /** By absolute path, as the program sees it. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders that its package's scripts would have made. */
  readonly folders?: readonly string[];
  /** Users that its package's scripts would have made; each has a group of its own. */
  readonly users?: readonly string[];
  readonly command: readonly string[];
}

const readyMs = 60_000;
/** Above the machine's own and below `nobody`. */
const firstUserId = 61_700;
const userOf = (users: readonly string[], name: string): number => firstUserId + users.indexOf(name);

/**
 * Runs a program as if its package were installed: in a mount namespace of its own, its files lie over those of the
 * machine, which sees nothing of it. All that it started ends with it, since it has a process namespace, too.
 */
export class PrivateProgram {
  private constructor(
    private readonly child: ChildProcess,
    private readonly title: string,
    readonly logFile: string,
  ) {
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** Why there can be none here. */
  static whyNot(): string | null {
    if (process.platform !== 'linux') return 'only Linux has mount namespaces';
    if (process.getuid?.() !== 0) return 'only root can lay the files of a package over those of the machine';
    return findProgram('unshare') === null ? 'unshare of util-linux is not here' : null;
  }

  static async begin(plan: PrivateProgramPlan): Promise<PrivateProgram> {
    const why = PrivateProgram.whyNot();
    if (why !== null) throw new NotRunHere(why);
    await writeLayer(plan);
    const logFile = path.join(plan.folder, 'log');
    const log = await open(logFile, 'a');
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const args = [
      ...namespaces,
      'sh',
      '-c',
      layScript(),
      'sh',
      plan.folder,
      plan.packageFolder,
      ...plan.command,
    ];
    const child = spawn('unshare', args, { stdio: ['ignore', log.fd, log.fd], cwd: plan.folder });
    await log.close();
    return new PrivateProgram(child, plan.command.join(' '), logFile);
  }

  /** Resolves when it is ready; otherwise nothing of it is left. */
  async becomeReady(isReady: () => Promise<boolean>): Promise<this> {
    let isUp = false;
    await until(async () => {
      isUp = await isReady().catch(() => false);
      return isUp || this.hasEnded;
    }, readyMs).catch(() => undefined);
    if (isUp) return this;
    const how = this.hasEnded ? `ended with ${this.child.exitCode}` : 'did not answer';
    await this.stop();
    throw new Error(`${this.title} ${how}: ${await this.lastWords()}`);
  }

  /** Its exit code. */
  async end(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close');
    return this.child.exitCode;
  }

  /** The end of its log, in one line. */
  async lastWords(): Promise<string> {
    const log = await readFile(this.logFile, 'utf8');
    return log.trim().split('\n').slice(-8).join(' | ');
  }

  /** All at once: nothing of it is needed any more. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

async function writeLayer({ folder, files, folders = [], users = [] }: PrivateProgramPlan): Promise<void> {
  const layer = path.join(folder, 'layer');
  for (const name of layeredFolders) await mkdir(path.join(layer, name), { recursive: true });
  const owner = users[0];
  for (const name of folders) {
    await mkdir(path.join(layer, name), { recursive: true, mode: 0o755 });
    if (owner !== undefined) await chown(path.join(layer, name), userOf(users, owner), userOf(users, owner));
  }
  const accounts = users.length === 0 ? {} : await accountFiles(users);
  for (const [name, text] of Object.entries({ ...accounts, ...files })) {
    await mkdir(path.dirname(path.join(layer, name)), { recursive: true });
    await writeFile(path.join(layer, name), text);
  }
}

async function accountFiles(users: readonly string[]): Promise<Record<string, string>> {
  const [passwd, group] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map((file) => readFile(file, 'utf8')),
  );
  const line = (name: string, rest: string): string => `${name}:x:${userOf(users, name)}:${rest}\n`;
  return {
    '/etc/passwd':
      passwd + users.map((name) => line(name, `${userOf(users, name)}::/nonexistent:/bin/false`)).join(''),
    '/etc/group': group + users.map((name) => line(name, '')).join(''),
  };
}

/**
 * `folder packageFolder command…`. What is written goes into memory and ends with the namespace. So do the layers: one that lies
 * below the folder it is laid over, in a clone below `/var`, would be refused (ELOOP), and a colon or comma in a path would end its name.
 * The run's own folder stays what it is outside. The shell stays in front: unshare's --kill-child does not reach a program with
 * set-user-ID, as some mail servers are, and with the shell all of the namespace ends.
 */
function layScript(): string {
  const layers = '/run/sluice-layers';
  const lay = layeredFolders.flatMap((name) => {
    const [upper, work] = [`${layers}/written/${name}`, `${layers}/written/${name}.work`];
    const options = `lowerdir=${layers}/own/${name}:${layers}/package/${name}:/${name},upperdir=${upper},workdir=${work}`;
    return [`mkdir -p ${upper} ${work}`, `mount -t overlay overlay -o ${options} /${name}`];
  });
  return [
    'set -e',
    'folder=$1 package=$2; shift 2',
    'mount -t tmpfs tmpfs /run',
    `mkdir -p ${layers}/folder ${layers}/package`,
    `cp -a "$folder/layer" ${layers}/own`,
    ...layeredFolders.map(
      (name) => `[ ! -d "$package/${name}" ] || cp -a "$package/${name}" ${layers}/package/`,
    ),
    `mkdir -p ${layeredFolders.map((name) => `${layers}/package/${name}`).join(' ')}`,
    `mount --bind "$folder" ${layers}/folder`,
    ...lay,
    `mount --bind ${layers}/folder "$folder"`,
    '"$@"',
    'exit $?',
  ].join('\n');
}
