import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { StartError, type Account, makeDirectory, explainDiskFaults } from '@sluice/private-servers';

export const systemStateDirectory = '/var/lib/sluice';

export interface PlacedHome {
  readonly home: string;
  /** Where the state really is, when it is not below `SLUICE_HOME`; to be told. */
  readonly movedTo: string | null;
}

/**
 * The state directory as the services' account can reach it. A root's clone often lies where no other user may look
 * (/root); then the state is kept below /var/lib/sluice, and a link stands in its place.
 */
export function placeHome(wanted: string, account: Account | null): PlacedHome {
  // An old link whose target was removed is no reason to fail.
  if (isDanglingLink(wanted)) return relocate(wanted, account);
  const isNew = !existsSync(wanted);
  makeDirectory(wanted, 'readable', account);
  const home = realpathSync(wanted);
  if (account === null || canReach(account, home)) return { home, movedTo: home === wanted ? null : home };
  if (!isNew && readdirSync(wanted).length > 0) {
    throw new StartError(
      `The services' user ${account.name} cannot reach ${wanted}, and there is state in it.`,
      `Let it pass through the folders above (chmod o+x), or set SLUICE_HOME to a folder it can reach.`,
    );
  }
  rmdirSync(wanted);
  return relocate(wanted, account);
}

function relocate(wanted: string, account: Account | null): PlacedHome {
  const home = path.join(systemStateDirectory, idOf(wanted));
  makeDirectory(home, 'readable', account);
  explainDiskFaults(wanted, () => {
    if (!isDanglingLink(wanted) && !existsSync(wanted)) symlinkSync(home, wanted);
  });
  return { home, movedTo: home };
}

/** Two clones must not share a state; the same clone finds its own again. */
export const idOf = (place: string): string => createHash('sha256').update(place).digest('hex').slice(0, 16);

function isDanglingLink(place: string): boolean {
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && !existsSync(place);
}

/** Asked of the system itself, as that user: modes, groups and access lists of every folder above count. */
export function canReach(account: Account, ...files: readonly string[]): boolean {
  const test = files.map((_, index) => `test -r "$${index + 1}"`).join(' && ');
  const options = { uid: account.uid, gid: account.gid, stdio: 'ignore', cwd: '/', env: {} } as const;
  return spawnSync('/bin/sh', ['-c', test, 'sh', ...files], options).status === 0;
}

export function makeSystemStateDirectory(): void {
  mkdirSync(systemStateDirectory, { recursive: true, mode: 0o755 });
}
