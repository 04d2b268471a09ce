import { copyFile, mkdir, readFile, rm, writeFile, chmod } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from '../run-program.js';

/** A root file system made by debootstrap, with Debian packages on top. `sid` moves: versions are printed, not pinned. */
export interface RootRecipe {
  readonly name: string;
  readonly suite: 'sid' | 'bookworm';
  readonly packages: readonly string[];
}

export const recipes: readonly RootRecipe[] = [
  {
    name: 'engine',
    suite: 'sid',
    packages: [
      'docker.io docker-cli docker-compose docker-buildx',
      'iptables iproute2 procps ca-certificates',
    ],
  },
  { name: 'rabbitmq', suite: 'sid', packages: ['rabbitmq-server gosu'] },
  { name: 'postgres', suite: 'sid', packages: ['postgresql-18 gosu'] },
  { name: 'clamav', suite: 'sid', packages: ['clamav-daemon netcat-openbsd'] },
  { name: 'haproxy', suite: 'sid', packages: ['haproxy'] },
  { name: 'node', suite: 'bookworm', packages: ['ca-certificates'] },
];

/** Makes what is missing below `folder`; each takes about half a minute. */
export async function makeRoots(folder: string, log: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const mirror = await debianMirror();
  for (const recipe of recipes) {
    const root = path.join(folder, recipe.name);
    if (existsSync(path.join(root, '.complete'))) continue;
    log(`making a root file system for ${recipe.name}`);
    const base = path.join(folder, `base-${recipe.suite}`);
    if (!existsSync(path.join(base, '.complete'))) await bootstrap(base, recipe.suite, mirror, folder);
    await rm(root, { recursive: true, force: true });
    await runProgram(['cp', '-a', base, root]);
    await rm(path.join(root, '.complete'));
    await installPackages(root, recipe, folder);
    await writeFile(path.join(root, '.complete'), '');
  }
}

async function bootstrap(base: string, suite: string, mirror: string, folder: string): Promise<void> {
  await rm(base, { recursive: true, force: true });
  await runProgram(['debootstrap', '--variant=minbase', suite, base, mirror], {
    logFile: path.join(folder, 'debootstrap.log'),
  });
  // Packages must not start their servers while they are installed.
  await writeFile(path.join(base, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n');
  await chmod(path.join(base, 'usr/sbin/policy-rc.d'), 0o755);
  await writeFile(path.join(base, '.complete'), '');
}

/** From a mirror that has not been brought up to date for weeks, too: its signature is checked, and these are stand-ins. */
async function installPackages(root: string, recipe: RootRecipe, folder: string): Promise<void> {
  await copyFile('/etc/resolv.conf', path.join(root, 'etc/resolv.conf'));
  const script = `
    set -e
    mount -t proc proc ${root}/proc
    mount --bind /dev ${root}/dev
    chroot ${root} apt-get -q -o Acquire::Check-Valid-Until=false update
    chroot ${root} env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends ${recipe.packages.join(' ')}
  `;
  // Mounts in a namespace of their own: nothing is left behind, whatever happens.
  await runProgram(['unshare', '-m', 'sh', '-c', script], {
    logFile: path.join(folder, `${recipe.name}.log`),
  });
}

/** Where this machine's apt gets Debian from. */
async function debianMirror(): Promise<string> {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?) *(\S+)/m.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return 'http://deb.debian.org/debian';
}
