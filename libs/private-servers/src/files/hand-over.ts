import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { StartError } from '../start.errors.js';
import type { Account } from '../processes/account.js';

/**
 * Gives what one account left in a directory to another: of releases in which everything ran as `sluice`. Only while
 * nothing of it runs. Links are not followed, and what belongs to anyone else stays as it is, so that a service that
 * was taken over could not have laid out something for root to give away.
 */
export function handOver(
  directory: string,
  from: Account,
  to: { readonly uid: number; readonly gid: number },
): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.uid !== from.uid || from.uid === to.uid) return;
  run('chown', ['-Rh', `--from=${from.uid}`, `${to.uid}:${to.gid}`, '--', directory]);
}

/** Objects that one account stored, for all services of a group: what was 0600 is 0640, folders take more. */
export function shareWithGroup(directory: string, from: Account, gid: number): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.uid !== from.uid) return;
  const own = ['-xdev', '-user', String(from.uid)];
  run('find', [directory, ...own, '-type', 'd', '-exec', 'chmod', '2770', '{}', '+']);
  run('find', [directory, ...own, '-type', 'f', '-exec', 'chmod', '0640', '{}', '+']);
  handOver(directory, from, { uid: 0, gid });
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { cwd: '/', encoding: 'utf8' });
  if (status === 0) return;
  throw new StartError(
    `What earlier releases left could not be given to its new account: ${error?.message ?? stderr.trim()}`,
    'See who owns what in the state directory, then start again.',
  );
}
