/**
 * Installs the npm packages of the lock file when they are missing. Plain Node without dependencies: it runs before any
 * package is there.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Resolves when `node_modules` holds what the lock file says; ends the process with a clear line when that can't be. */
export async function installPackages(root) {
  const lockText = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const stampFile = path.join(root, 'node_modules', '.sluice-lock');
  const stamp = createHash('sha256').update(`${process.platform} ${process.arch} ${lockText}`).digest('hex');
  if (readText(stampFile) === stamp) return;
  const missing = findMissing(JSON.parse(lockText).packages, readInstalled(root));
  // Our own workspaces are only links; making one needs no npm.
  if (missing.length > 0 && missing.every(({ entry }) => entry.link)) linkWorkspaces(root, missing);
  else if (missing.length > 0) await runNpm(root);
  writeStamp(stampFile, stamp);
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

async function runNpm(root) {
  console.log('Installing the npm packages (once; about half a minute) …');
  // `npm start` tells where npm is; run without npm, it is the one on PATH.
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const code = await new Promise((resolve) => {
    const child = spawn(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: 'inherit',
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
