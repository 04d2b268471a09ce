import { chmodSync, copyFileSync, renameSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { explainDiskFaults } from '../files/disk-faults.js';
import { makeDirectory } from '../files/directories.js';
import type { ServerContext } from '../private-server.js';

/**
 * A copy of clamd of our own. Debian's and Ubuntu's AppArmor profile names /usr/sbin/clamd and lets that program read and
 * listen only in its packaged folders, so that it could do nothing below a state directory; profiles go by the path. The
 * packaged one itself where the copy cannot be run (a disk mounted noexec).
 */
export function unconfinedProgram(
  packaged: string,
  directory: string,
  { account, identity }: ServerContext,
): string {
  if (process.platform !== 'linux') return packaged;
  const copy = path.join(makeDirectory(path.join(directory, 'program'), 'readable', account), 'clamd');
  explainDiskFaults(copy, () => bringUpToDate(packaged, copy));
  const { status } = spawnSync(copy, ['--version'], { ...identity, cwd: '/', stdio: 'ignore' });
  return status === 0 ? copy : packaged;
}

/** Packages are updated; the copy has the time of what it was copied from. */
function bringUpToDate(packaged: string, copy: string): void {
  const [wanted, present] = [statSync(packaged), statSync(copy, { throwIfNoEntry: false })];
  if (present?.size === wanted.size && present.mtimeMs > wanted.mtimeMs) return;
  const unfinished = `${copy}.new`;
  copyFileSync(packaged, unfinished);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, copy);
}
