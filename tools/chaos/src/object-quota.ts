import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { serviceAccount } from '@sluice/private-servers';

const quotaBytes = 512 * 1024 ** 2;
const reserveBytes = 4 * 1024 ** 2;

/** A place for objects that can be made full without filling the machine's disk. */
export interface ObjectQuota {
  readonly objectStoreUrl: string;
  readonly reserveBytes: number;
  fill(): void;
  free(): void;
  remove(): void;
}

/** A file system in memory of its own. Null where this user may not mount one. */
export function makeObjectQuota(): ObjectQuota | null {
  const account = serviceAccount();
  if (account === null) return null;
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-objects-'));
  const options = `size=${quotaBytes},uid=${account.uid},gid=${account.gid},mode=0700`;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    return null;
  }
  const remove = (): void => {
    // Lazily: when this process is ended early its children may still have files open there.
    execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });
    rmdirSync(folder);
  };
  process.once('exit', remove);
  const ballast = path.join(folder, 'ballast');
  return {
    objectStoreUrl: pathToFileURL(folder).href,
    reserveBytes,
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    remove: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** To the last byte: what is being received right now meets a full disk, not only the reserve. */
function fillUp(ballast: string): void {
  for (const pieceBytes of [8 * 1024 ** 2, 64 * 1024, 4096]) {
    const piece = Buffer.alloc(pieceBytes);
    try {
      for (;;) writeFileSync(ballast, piece, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
