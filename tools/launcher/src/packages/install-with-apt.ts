import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { StartError, findProgram } from '@sluice/private-servers';

const policyFile = '/usr/sbin/policy-rc.d';
const policyBackup = `${policyFile}.before-sluice`;
const clusterFile = '/etc/postgresql-common/createcluster.d/sluice.conf';
/** Without it the package of Postfix would make this machine a mail server, under a name it finds out itself. */
const answers: Readonly<Record<string, string>> = {
  postfix: 'postfix postfix/main_mailer_type select No configuration',
};
const marker = '# Put here by Sluice while it installs packages, removed right after.';

/** Debian starts the servers it installs. Ours are private: the packages must bring programs, not daemons. */
export async function installWithApt(packages: readonly string[], logFile: string): Promise<void> {
  restorePolicy();
  keepDaemonsFromStarting();
  try {
    await apt(['update'], logFile);
    answerQuestions(packages);
    // What is there stays, whatever conflicts with it.
    await apt(['install', '--yes', '--no-install-recommends', '--no-remove', ...packages], logFile);
  } finally {
    restorePolicy();
  }
  disableUnits(packages);
}

function keepDaemonsFromStarting(): void {
  if (existsSync(policyFile)) renameSync(policyFile, policyBackup);
  // invoke-rc.d(8): 101 forbids the action.
  writeFileSync(policyFile, `#!/bin/sh\n${marker}\nexit 101\n`, { mode: 0o755 });
  chmodSync(policyFile, 0o755);
  mkdirSync(path.dirname(clusterFile), { recursive: true });
  writeFileSync(clusterFile, `${marker}\ncreate_main_cluster = false\n`);
}

/** Also what an installation that was killed left. */
function restorePolicy(): void {
  if (existsSync(policyFile) && readFileSync(policyFile, 'utf8').includes(marker)) rmSync(policyFile);
  if (existsSync(policyBackup)) renameSync(policyBackup, policyFile);
  rmSync(clusterFile, { force: true });
  removeIfEmpty(path.dirname(clusterFile));
}

function answerQuestions(packages: readonly string[]): void {
  const lines = packages.flatMap((name) => answers[name] ?? []);
  if (lines.length > 0) execFileSync('debconf-set-selections', { input: `${lines.join('\n')}\n` });
}

function removeIfEmpty(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
}

async function apt(args: readonly string[], logFile: string): Promise<void> {
  const code = await runLogged('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], logFile);
  if (code === 0) return;
  const said = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('E: '))
    .at(-1);
  throw new StartError(
    `apt-get ${args.join(' ')} failed: ${said ?? `exit code ${code}`}`,
    `See ${logFile}; put it right, then run the command again.`,
  );
}

function runLogged(command: string, args: readonly string[], logFile: string): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    });
    const keep = (chunk: Buffer): void => writeFileSync(logFile, chunk, { flag: 'a' });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}

/** On a machine with systemd they would start with the next boot. freshclam stays: it brings the real signatures. */
function disableUnits(packages: readonly string[]): void {
  const systemctl = findProgram('systemctl');
  if (systemctl === null) return;
  const units: Readonly<Record<string, readonly string[]>> = {
    postgresql: ['postgresql.service'],
    'rabbitmq-server': ['rabbitmq-server.service', 'epmd.socket', 'epmd.service'],
    postfix: ['postfix.service'],
    'clamav-daemon': ['clamav-daemon.service', 'clamav-daemon.socket'],
  };
  for (const unit of packages.flatMap((name) => units[name] ?? [])) {
    spawn(systemctl, ['disable', unit], { stdio: 'ignore' }).on('error', () => undefined);
  }
}
