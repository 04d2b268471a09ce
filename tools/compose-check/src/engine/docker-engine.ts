import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { request } from 'node:http';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../check-list.js';
import { type RunOptions, type RunResult, runProgram, tryProgram } from '../run-program.js';

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * A Docker engine in a network namespace and a mount namespace of its own: it touches neither the host's firewall nor
 * its addresses. Its only way out is user-mode NAT, which building the image needs for its packages.
 */
export class DockerEngine {
  readonly network: string;
  private readonly ended = new AbortController();
  private enginePid = 0;
  private natPid = 0;

  constructor(
    /** Everything lives below; the checkout that is tried too. */
    private readonly base: string,
  ) {
    this.network = `sluice-compose-${process.pid}`;
  }

  async start(): Promise<void> {
    await runProgram(['ip', 'netns', 'add', this.network]);
    await this.inNetwork(['ip', 'link', 'set', 'lo', 'up']);
    this.natPid = this.startDetached('slirp4netns', [
      ...['--configure', '--mtu=1500', '--disable-host-loopback', '--netns-type=path'],
      ...[`/run/netns/${this.network}`, 'tap0'],
    ]);
    await this.startEngine();
  }

  /** Also what an operator's reboot does to it: see `stopEngine`. */
  async startEngine(): Promise<void> {
    const script = path.join(this.base, 'enter-engine.sh');
    await mkdir(path.join(this.base, 'docker'), { recursive: true });
    await writeFile(script, enterScript(this.base));
    await rm(this.socket, { force: true });
    this.enginePid = this.startDetached('nsenter', [
      `--net=/run/netns/${this.network}`,
      ...['unshare', '-m', 'sh', script],
    ]);
    await eventually('the Docker engine answers', 120, async () => {
      await this.docker(['version']);
      return true;
    }).catch(async (cause: unknown) => {
      throw new Error(`the Docker engine does not start:\n${await this.lastWords()}`, { cause });
    });
  }

  private async lastWords(): Promise<string> {
    const log = await readFile(path.join(this.base, 'nsenter.log'), 'utf8');
    return log.trim().split('\n').slice(-5).join('\n');
  }

  /** In order, as at a shutdown of the machine: containers with a restart policy come back with `startEngine`. */
  async stopEngine(): Promise<void> {
    if (this.enginePid === 0) return;
    process.kill(this.enginePid, 'SIGTERM');
    await eventually('the Docker engine has ended', 120, async () => (isAlive(this.enginePid) ? null : true));
    this.enginePid = 0;
    await this.endOthers();
  }

  /** What the engine started for itself: a shutdown of the machine leaves none of it, and the next engine needs its files. */
  private async endOthers(): Promise<void> {
    const startedAtMs = performance.now();
    await eventually('what the engine had started has ended', 60, async () => {
      const pids = (await runProgram(['ip', 'netns', 'pids', this.network]))
        .split('\n')
        .filter(Boolean)
        .map(Number);
      const signal = performance.now() - startedAtMs > 20_000 ? 'SIGKILL' : 0;
      for (const pid of pids.filter(isAlive)) process.kill(pid, signal);
      return pids.length === 0 ? true : null;
    });
  }

  /** Ends what still runs in its network too. */
  async stop(): Promise<void> {
    this.ended.abort();
    await this.stopEngine();
    if (this.natPid !== 0) process.kill(this.natPid, 'SIGTERM');
    await tryProgram(['ip', 'netns', 'del', this.network]);
  }

  docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return runProgram(this.inside(['docker', ...args], options), options);
  }

  tryDocker(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return tryProgram(this.inside(['docker', ...args], options), options);
  }

  /** Asks the engine itself: looking again and again by the command line would be most of the load. */
  ask(apiPath: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ socketPath: this.socket, path: apiPath, timeout: 120_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode === 200) resolve(JSON.parse(text) as unknown);
          else reject(new Error(`the engine answered ${response.statusCode ?? 0} to ${apiPath}: ${text}`));
        });
      });
      outgoing.once('error', reject);
      outgoing.once('timeout', () => outgoing.destroy(new Error(`the engine does not answer to ${apiPath}`)));
      outgoing.end();
    });
  }

  /** A program of the checkout that calls docker itself. */
  tryInside(command: readonly string[], cwd: string): Promise<RunResult> {
    return tryProgram(this.inside(command, { cwd }));
  }

  /** A program of this machine, seeing only the engine's network. */
  inNetwork(command: readonly string[], options: RunOptions = {}): Promise<string> {
    const { signal } = this.ended;
    return runProgram(['nsenter', `--net=/run/netns/${this.network}`, ...command], { signal, ...options });
  }

  private get socket(): string {
    return path.join(this.base, 'docker.sock');
  }

  private inside(command: readonly string[], { cwd = this.base, env = {} }: RunOptions): string[] {
    const variables = Object.entries({
      DOCKER_HOST: `unix://${this.socket}`,
      HOME: '/root',
      PATH: searchPath,
      ...env,
    });
    return [
      ...['nsenter', '-t', String(this.enginePid), '-m', '-n'],
      ...['env', '-i', ...variables.map(([name, value]) => `${name}=${value ?? ''}`)],
      ...['sh', '-c', 'cd "$0" && exec "$@"', cwd, ...command],
    ];
  }

  private startDetached(program: string, args: readonly string[]): number {
    const log = openSync(path.join(this.base, `${path.basename(program)}.log`), 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    if (child.pid === undefined) throw new Error(`${program} did not start`);
    return child.pid;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs with mounts of its own: the engine's root file system becomes `/`, `base` stays where it is. */
const enterScript = (base: string): string => `set -e
R=${base}/roots/engine
mount --make-rprivate /
mount --bind $R $R
mount -t proc proc $R/proc
mount --rbind /dev $R/dev
# Not "ip netns exec": it would hide the control groups.
mount -t sysfs sysfs $R/sys
mount --rbind /sys/fs/cgroup $R/sys/fs/cgroup
mount -t tmpfs tmpfs $R/run
mkdir -p $R${base} $R/var/lib/docker
mount --rbind ${base} $R${base}
mount --bind ${base}/docker $R/var/lib/docker
printf 'nameserver 10.0.2.3\\n' > $R/etc/resolv.conf
mkdir -p $R/etc/docker $R/old
echo '{ "storage-driver": "overlay2", "ipv6": false, "ip6tables": false }' > $R/etc/docker/daemon.json
cd $R
pivot_root . old
umount -l /old
exec dockerd --host unix://${base}/docker.sock --pidfile /run/dockerd.pid
`;
