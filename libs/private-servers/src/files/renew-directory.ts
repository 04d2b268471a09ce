import { spawn } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import type { Account } from '../processes/account.js';
import { makeDirectory } from './directories.js';

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const mark = '.left-';

/**
 * An empty directory of a service in the place of the old one, at once: a program that was killed may have left half a
 * million files there, and removing them took minutes. They are moved aside, and go while it runs again. The directory
 * above is the launcher's own. Resolves when nothing is left aside; what is left when this process ends goes the next time.
 */
export function renewDirectory(
  directory: string,
  { account, identity }: { readonly account: Account | null; readonly identity: Identity },
): Promise<void> {
  const above = path.dirname(directory);
  if (existsSync(directory) && readdirSync(directory).length > 0)
    renameSync(directory, `${directory}${mark}${process.pid}-${Date.now()}`);
  makeDirectory(directory, 'service', account);
  const aside = readdirSync(above).filter((name) => name.startsWith(`${path.basename(directory)}${mark}`));
  return Promise.all(aside.map((name) => removeAside(path.join(above, name), identity))).then(
    () => undefined,
  );
}

/** As the account that filled it: root deleting there could be led elsewhere. */
function removeAside(directory: string, identity: Identity): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('nice', ['-n', '19', 'find', directory, '-mindepth', '1', '-delete'], {
      ...identity,
      cwd: '/',
      stdio: 'ignore',
    });
    child.unref();
    const end = (): void => {
      // What could not be removed is tried again at the next start.
      if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
      resolve();
    };
    child.once('error', end);
    child.once('exit', end);
  });
}
