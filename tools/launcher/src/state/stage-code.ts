import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import { StartError, type Account, makeDirectory } from '@sluice/private-servers';
import { canReach, idOf, makeSystemStateDirectory, systemStateDirectory } from './place-home.js';

/** Where the services' code and the Node that runs it are, readable by the account that runs them. */
export interface CodePlace {
  readonly root: string;
  readonly node: string;
}

/** Files that stand for the rest: our code, a package's, the links between them. */
const samples = [
  'package.json',
  'apps/migrate/dist/main.js',
  'libs/contracts/dist/index.js',
  'node_modules/zod/package.json',
];

/**
 * The repository itself when the account can read it. Otherwise (a clone below /root) a copy of what runs, in hard links
 * where possible, below /var/lib/sluice: brought up to date at every start.
 */
export function placeCode(root: string, account: Account | null): CodePlace {
  if (account === null) return { root, node: process.execPath };
  const isReadable = canReach(account, ...samples.map((file) => path.join(root, file)));
  const isRunnable = canRun(account, process.execPath);
  if (isReadable && isRunnable) return { root, node: process.execPath };
  makeSystemStateDirectory();
  const stage = makeDirectory(path.join(systemStateDirectory, `${idOf(root)}-code`), 'readable', account);
  // Nothing of it is secret, and services have accounts of their own.
  chmodSync(stage, 0o755);
  if (!isReadable) stageCode(root, stage);
  const node = isRunnable ? process.execPath : stageNode(stage);
  const place = { root: isReadable ? root : stage, node };
  if (canReach(account, ...samples.map((file) => path.join(place.root, file))) && canRun(account, node))
    return place;
  throw new StartError(
    `The services' user ${account.name} can read neither ${root} nor a copy of it in ${stage}.`,
    'Clone the repository to a folder every user can reach, such as /opt/sluice.',
  );
}

function canRun(account: Account, program: string): boolean {
  const options = { uid: account.uid, gid: account.gid, stdio: 'ignore', cwd: '/', env: {} } as const;
  return spawnSync(program, ['--version'], options).status === 0;
}

function stageNode(stage: string): string {
  const node = path.join(stage, 'node');
  stageFile(process.execPath, node);
  chmodSync(node, 0o755);
  return node;
}

interface LockEntry {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}

/** Production packages, and of the workspaces what they are at run time: everything but sources and packages. */
function stageCode(root: string, stage: string): void {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  stageFile(path.join(root, 'package.json'), path.join(stage, 'package.json'));
  for (const [place, entry] of Object.entries(lock.packages)) {
    const isNeeded = place !== '' && entry.dev !== true && entry.devOptional !== true;
    if (!isNeeded || !existsSync(path.join(root, place))) continue;
    if (entry.link === true) stageLink(path.join(root, place), path.join(stage, place));
    else
      stageFolder(
        path.join(root, place),
        path.join(stage, place),
        place.includes('node_modules') ? [] : ['src'],
      );
  }
  // No package and no one's dependency: the console serves what was built of them.
  const pages = 'apps/console-web/dist';
  if (existsSync(path.join(root, pages))) stageFolder(path.join(root, pages), path.join(stage, pages), []);
}

function stageFolder(from: string, to: string, leftOut: readonly string[]): void {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || leftOut.includes(entry.name)) continue;
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) stageFolder(source, target, []);
    else if (entry.isSymbolicLink()) stageLink(source, target);
    else if (entry.isFile()) stageFile(source, target);
  }
}

function stageLink(from: string, to: string): void {
  const target = readlinkSync(from);
  const present = lstatSync(to, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() === true && readlinkSync(to) === target) return;
  if (present?.isDirectory() === true) rmSync(to, { recursive: true, force: true });
  putInPlace(to, (aside) => symlinkSync(target, aside));
}

function stageFile(from: string, to: string): void {
  const [source, present] = [statSync(from), statSync(to, { throwIfNoEntry: false })];
  if (present?.ino === source.ino && present.dev === source.dev) return;
  if (present !== undefined && present.size === source.size && present.mtimeMs > source.mtimeMs) return;
  if (present?.isDirectory() === true) rmSync(to, { recursive: true, force: true });
  putInPlace(to, (aside) => {
    // A link shares the mode of the file: one that others may not read must be copied.
    const isReadable = (source.mode & 0o004) !== 0;
    if (isReadable && linked(from, aside)) return;
    copyFileSync(from, aside);
    chmodSync(aside, (source.mode & 0o111) === 0 ? 0o644 : 0o755);
  });
}

/** In one step: another start may stage the same at the same time, and what already runs may read it. */
function putInPlace(to: string, make: (aside: string) => void): void {
  makeParents(to);
  const aside = `${to}.${process.pid}.new`;
  rmSync(aside, { force: true });
  try {
    make(aside);
    renameSync(aside, to);
  } finally {
    // Cut short by a full disk; or the other start was first, and the rename leaves both names of one file.
    rmSync(aside, { force: true });
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    // Another file system, or one without hard links.
    return false;
  }
}

function makeParents(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
}
