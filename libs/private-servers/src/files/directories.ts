import { chmodSync, chownSync, mkdirSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { StartError } from '../start.errors.js';
import type { Account } from '../processes/account.js';
import { explainDiskFaults } from './disk-faults.js';

/**
 * Who may do what in a directory. A launcher that is root never writes, renames or changes owners in a directory that
 * the services' account can write: a service that was taken over could lead it elsewhere with a link.
 *
 * | keeper     | owner, mode as root     | as an ordinary user | for                                    |
 * |------------|-------------------------|---------------------|----------------------------------------|
 * | `launcher` | root 0700               | 0700                | passwords, records of processes        |
 * | `readable` | root, group sluice 0750 | 0700                | what the launcher writes and servers read |
 * | `service`  | sluice 0700             | 0700                | data of a server or service            |
 * | `passable` | root, group sluice 0751 | 0700                | the way to folders of several accounts |
 * | `entered`  | sluice 0750             | 0700                | a socket for another account, whose group is the account's here |
 *
 * Where parts have accounts of their own, "sluice" is the part's (separate-accounts.ts).
 */
export type Keeper = 'launcher' | 'readable' | 'service' | 'passable' | 'entered';

const modes = {
  launcher: 0o700,
  readable: 0o750,
  service: 0o700,
  passable: 0o751,
  entered: 0o750,
} as const satisfies Record<Keeper, number>;

export function makeDirectory(directory: string, keeper: Keeper, account: Account | null): string {
  return explainDiskFaults(directory, () => {
    // Folders above it are made as any program would; only the last one is private.
    mkdirSync(path.dirname(directory), { recursive: true });
    const wanted = wantedFor(keeper, account);
    try {
      mkdirSync(directory, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      mustBeOurs(directory, statSync(directory), wanted.uid);
    }
    if (account !== null) chownSync(directory, wanted.uid, wanted.gid);
    chmodSync(directory, wanted.mode);
    return directory;
  });
}

interface Wanted {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

function wantedFor(keeper: Keeper, account: Account | null): Wanted {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (account === null || keeper === 'launcher') return { ...own, mode: 0o700 };
  const isAccounts = keeper === 'service' || keeper === 'entered';
  return { uid: isAccounts ? account.uid : own.uid, gid: account.gid, mode: modes[keeper] };
}

function mustBeOurs(directory: string, found: Stats, uid: number): void {
  if (!found.isDirectory()) {
    throw new StartError(`${directory} is not a folder.`, 'Set SLUICE_HOME to another folder.');
  }
  // One that root made a moment before it was stopped still belongs to root.
  const isOurs = found.uid === uid || found.uid === process.getuid?.();
  if (isOurs) return;
  throw new StartError(
    `${directory} belongs to another user (uid ${found.uid}).`,
    'Run as that user, or set SLUICE_HOME to a folder of your own.',
  );
}
