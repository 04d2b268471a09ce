import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '@sluice/private-servers';
import { NotRunHere } from '../door-client.js';

const run = promisify(execFile);
/** Debian's: links into /usr on the machine, real folders in packages of this release. */
const mergedFolders = ['bin', 'sbin', 'lib', 'lib64'] as const;
/** As apt's own `Debug::NoLocking`: what is asked changes nothing, another apt may run meanwhile. */
const asking = ['-s', '-o', 'Debug::NoLocking=1', 'install', '--no-install-recommends'];
const patience = { timeout: 300_000, maxBuffer: 16 * 1024 ** 2 };

export interface UnpackedPackage {
  /** Holds `usr`, `etc` and `var` of the package and of what it needs beyond what is installed. */
  readonly folder: string;
  readonly version: string;
}

/**
 * Mail servers conflict as packages, so none is installed: a package and what it needs are downloaded with apt, unpacked
 * with dpkg and kept in `cache`. Throws NotRunHere where that cannot be.
 */
export async function unpackPackage(name: string, cache: string): Promise<UnpackedPackage> {
  const folder = path.join(cache, name);
  const noted = await readFile(path.join(folder, 'version'), 'utf8').catch(() => null);
  if (noted !== null) return { folder: path.join(folder, 'root'), version: noted };
  for (const program of ['apt-get', 'dpkg'])
    if (findProgram(program) === null)
      throw new NotRunHere(`${program} is not here: ${name} comes from Debian`);
  const building = `${folder}.new`;
  await rm(building, { recursive: true, force: true });
  await mkdir(path.join(building, 'archives'), { recursive: true });
  const version = await download(name, path.join(building, 'archives'));
  await unpack(path.join(building, 'archives'), path.join(building, 'root'));
  await rm(path.join(building, 'archives'), { recursive: true });
  // Last: what was cut short is begun anew.
  await writeFile(path.join(building, 'version'), version);
  await rm(folder, { recursive: true, force: true });
  await rename(building, folder);
  return { folder: path.join(folder, 'root'), version };
}

async function download(name: string, archives: string): Promise<string> {
  const packages = await neededBy(name).catch(async () => {
    if (process.getuid?.() === 0) await run('apt-get', ['update'], patience).catch(() => undefined);
    return neededBy(name);
  });
  try {
    // As this user: the folder is no one else's.
    await run('apt-get', ['-o', 'APT::Sandbox::User=', 'download', ...packages], {
      cwd: archives,
      ...patience,
    });
  } catch (error) {
    throw new NotRunHere(`apt-get download ${name}: ${lastLine(error)}`, { cause: error });
  }
  const file = (await readdir(archives)).find((one) => one.startsWith(`${name}_`));
  return decodeURIComponent(file?.split('_')[1] ?? 'unknown');
}

/** What apt would install for it. That it would remove others is of no interest: nothing is installed. */
async function neededBy(name: string): Promise<string[]> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await run('apt-get', [...asking, name], { ...patience, env }).catch((error: unknown) => {
    throw new NotRunHere(`apt-get knows no ${name}: ${lastLine(error)}`, { cause: error });
  });
  const found = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, one = '']) => one);
  // Installed on this machine: its files may have been changed, and others lie on top of them.
  return found.includes(name) ? found : [...found, name];
}

async function unpack(archives: string, root: string): Promise<void> {
  for (const folder of ['usr', 'etc', 'var']) await mkdir(path.join(root, folder), { recursive: true });
  for (const file of await readdir(archives))
    await run('dpkg', ['-x', path.join(archives, file), root], patience);
  for (const folder of mergedFolders) {
    const found = path.join(root, folder);
    if (!existsSync(found)) continue;
    await cp(found, path.join(root, 'usr', folder), { recursive: true, verbatimSymlinks: true });
    await rm(found, { recursive: true });
  }
}

const lastLine = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr ?? message).trim().split('\n').at(-1) ?? message;
};
