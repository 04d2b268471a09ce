import { spawnSync } from 'node:child_process';
import { StartError } from '../start.errors.js';

/** As the account that filled it: root deleting there could be led elsewhere. */
export function emptyDirectory(
  directory: string,
  identity: { readonly uid?: number; readonly gid?: number },
): void {
  const { status, error, stderr } = spawnSync('find', [directory, '-mindepth', '1', '-delete'], {
    ...identity,
    cwd: '/',
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new StartError(
    `${directory} could not be emptied: ${error?.message ?? stderr.trim()}`,
    'See who owns what is in it; remove it by hand, then start again.',
  );
}
