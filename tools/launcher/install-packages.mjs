/**
 * Installs the npm packages of the lock file when they are missing. Plain Node without dependencies: it runs before any
 * package is there.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cleanEnvironment } from './clean-environment.mjs';

/** Resolves when `node_modules` holds what the lock file says; ends the process with a clear line when that cannot be. */
export async function installPackages(root) {
  const lockText = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const stampFile = path.join(root, 'node_modules', '.sluice-lock');
  const stamp = createHash('sha256').update(`${process.platform} ${process.arch} ${lockText}`).digest('hex');
  const { packages } = JSON.parse(lockText);
  if (readText(stampFile) === stamp && findAbsent(packages, root).length === 0) return;
  const missing = lacking(packages, root);
  // Our own workspaces are only links; making one needs no npm.
  if (missing.length > 0 && missing.every(({ entry }) => entry.link)) linkWorkspaces(root, missing);
  else if (missing.length > 0) await runNpm(root);
  endIfIncomplete(lacking(packages, root));
  writeStamp(stampFile, stamp);
}

/** By what npm noted, and by a look at what is there: a folder that was removed by hand stays in npm's notes. */
function lacking(packages, root) {
  const noted = findMissing(packages, readInstalled(root));
  // A workspace that was only linked here is none of npm's notes.
  const unlinked = noted.filter(({ place, entry }) => !entry.link || !existsSync(path.join(root, place)));
  const known = new Set(unlinked.map(({ place }) => place));
  return [...unlinked, ...findAbsent(packages, root).filter(({ place }) => !known.has(place))];
}

function findAbsent(packages, root) {
  return Object.entries(packages)
    .filter(([place, entry]) => place.startsWith('node_modules/') && !entry.optional)
    .filter(([place]) => !existsSync(path.join(root, place, 'package.json')))
    .map(([place, entry]) => ({ place, entry }));
}

/** npm may succeed and leave things out: what it was told by a file or a variable counts as success, too. */
function endIfIncomplete(missing) {
  if (missing.length === 0) return;
  const names = missing.slice(0, 5).map(({ place }) => place.slice('node_modules/'.length));
  console.error(
    `npm ci left out ${missing.length} packages: ${names.join(', ')}${missing.length > 5 ? ', …' : ''}`,
  );
  console.error(
    'See `npm config list` for what makes it (omit, only, dry-run …), then run the same command again.',
  );
  process.exit(1);
}

/** Entries of the lock that `node_modules` lacks or holds in another version. Optional ones depend on the machine. */
export function findMissing(locked, installed) {
  return Object.entries(locked)
    .filter(([place, entry]) => place.startsWith('node_modules/') && !entry.optional)
    .filter(([place, entry]) => !isSame(entry, installed[place]))
    .map(([place, entry]) => ({ place, entry }));
}

function isSame(wanted, found) {
  if (found === undefined) return false;
  if (wanted.link || found.link)
    return Boolean(wanted.link) === Boolean(found.link) && wanted.resolved === found.resolved;
  return wanted.version === found.version && wanted.integrity === found.integrity;
}

/** What npm itself noted at the end of its last complete installation. */
function readInstalled(root) {
  const text = readText(path.join(root, 'node_modules', '.package-lock.json'));
  return text === null ? {} : JSON.parse(text).packages;
}

function linkWorkspaces(root, missing) {
  for (const { place, entry } of missing) {
    const link = path.join(root, place);
    const target = path.relative(path.dirname(link), path.join(root, entry.resolved));
    mkdirSync(path.dirname(link), { recursive: true });
    if (readTarget(link) === target) continue;
    rmSync(link, { recursive: true, force: true });
    symlinkSync(target, link, 'dir');
  }
}

function readTarget(link) {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}

/** Whatever an .npmrc says: the build needs the development packages. */
const whole = ['--include=dev', '--include=optional', '--include=peer', '--no-dry-run', '--no-global'];

async function runNpm(root) {
  console.log('Installing the npm packages (once; about half a minute) …');
  // `npm start` tells where npm is; run without npm, it is the one on PATH.
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js')
    ? [process.execPath, [npm, 'ci', ...whole]]
    : ['npm', ['ci', ...whole]];
  const code = await new Promise((resolve) => {
    const child = spawn(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: 'inherit',
      env: cleanEnvironment(process.env),
    });
    child.once('error', () => resolve('npm not found'));
    child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code === 0) return;
  console.error(`The npm packages could not be installed (npm ci: ${code}).`);
  console.error('See the lines above; with the network back, run the same command again.');
  process.exit(1);
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function writeStamp(file, stamp) {
  try {
    writeFileSync(file, stamp);
  } catch {
    // Someone else's checkout, installed completely: only the quick look is lost.
  }
}
