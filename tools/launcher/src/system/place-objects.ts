import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { objectFolders } from '@sluice/object-store';
import {
  makeDirectory,
  objectsGroup,
  objectWritersGroup,
  shareWithGroup,
  StartError,
  type SeparateAccounts,
  type ServerContext,
} from '@sluice/private-servers';

/** Where objects are, ready for the services; its address. */
export function placeObjects(given: string | undefined, context: ServerContext): string {
  const { home, account, separation } = context;
  const folder = given === undefined ? path.join(home, 'objects') : fileURLToPath(given);
  if (account === null || separation.kind === 'shared')
    return given ?? pathToFileURL(makeDirectory(folder, 'service', account)).href;
  shareWithGroup(folder, account, objectsGroup);
  if (given === undefined) makeObjectFolders(folder, account.name);
  else mustBeWritable(folder, separation.accounts);
  return pathToFileURL(folder).href;
}

/**
 * Who changes objects and who only reads them, by modes alone: the root lets the readers' group in and no one else, and
 * belongs to root; the folders in it are writable by the group of the writers, and to be read by whoever was let in.
 *
 * |                | owner, group, mode                     |                                              |
 * |----------------|----------------------------------------|----------------------------------------------|
 * | `objects`      | root, readers 0750                     | scanner, console, notifier that releases; gateway, results |
 * | folders in it  | root, writers 0775                     | gateway and results add, rename and delete   |
 * | objects        | gateway, readers 0640                  | what is stored is changed by the gateway alone |
 *
 * What earlier releases made there is changed, never through a link: after its first line no service writes in the root.
 */
export function makeObjectFolders(root: string, name = 'sluice'): void {
  makeDirectory(root, 'readable', { name, uid: 0, gid: objectsGroup });
  for (const each of objectFolders) {
    const folder = path.join(root, each);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) mkdirSync(folder, { mode: 0o700 });
    else mustBeFolder(folder, found);
    chownSync(folder, 0, objectWritersGroup);
    chmodSync(folder, 0o775);
  }
}

function mustBeFolder(folder: string, found: Stats): void {
  if (found.isDirectory()) return;
  throw new StartError(`${folder} is not a folder.`, 'See who put it there, move it away, then start again.');
}

/** A folder of the user's own: which of the services would fail there, told before they do. */
function mustBeWritable(folder: string, accounts: SeparateAccounts): void {
  const { uid } = accounts.gateway;
  const { status } = spawnSync('test', ['-w', folder, '-a', '-x', folder], {
    uid,
    gid: objectsGroup,
    cwd: '/',
    stdio: 'ignore',
  });
  if (status === 0) return;
  throw new StartError(
    `The services, in group ${objectsGroup}, cannot write ${folder}.`,
    `chgrp -R ${objectsGroup} ${folder} && chmod -R g+rwX,g+s ${folder}`,
  );
}
