import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { StartError } from '../start.errors.js';

/** The unprivileged user everything runs as when the launcher is root. `null` elsewhere: whoever runs the launcher. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const serviceAccountName = 'sluice';

/** Servers must not face input as root, and PostgreSQL refuses to run as root at all. */
export function serviceAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const known = findAccount(serviceAccountName);
  if (known !== null) return known;
  addSystemUser();
  // `nobody` is the last resort: unprivileged and everywhere, but other programs may run as it, too.
  const made = findAccount(serviceAccountName) ?? findAccount('nobody');
  if (made === null || made.uid === 0) {
    throw new StartError(
      `Cannot make the unprivileged system user ${serviceAccountName} that the services run as.`,
      `Make it by hand (useradd --system ${serviceAccountName}), or run npm start as an ordinary user.`,
    );
  }
  return made;
}

const waysToAdd: readonly (readonly [string, readonly string[]])[] = [
  [
    'useradd',
    [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
    ],
  ],
  ['adduser', ['--system', '--group', '--no-create-home', '--disabled-login']],
  ['adduser', ['-S', '-D', '-H']],
];

function addSystemUser(): void {
  for (const [command, args] of waysToAdd) {
    const outcome = spawnSync(command, [...args, serviceAccountName], {
      stdio: 'ignore',
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    });
    if (outcome.status === 0) return;
  }
}

export function findAccount(name: string): Account | null {
  const line = readPasswdLine(name);
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { name, uid: Number(uid), gid: Number(gid) };
}

function readPasswdLine(name: string): string | undefined {
  try {
    return execFileSync('getent', ['passwd', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    // No getent (musl), or it doesn't know the name: the file is the only other source.
    const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
    return lines.find((line) => line.startsWith(`${name}:`));
  }
}
