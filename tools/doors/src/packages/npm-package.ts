import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NotRunHere } from '../door-client.js';

const run = promisify(execFile);
const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/**
 * The folder that holds `node_modules` with these packages, exact versions by name: programs that are tried, no part of
 * the product and its lock file. Throws NotRunHere where they cannot be had.
 */
export async function npmPackages(
  cache: string,
  name: string,
  packages: Readonly<Record<string, string>>,
): Promise<string> {
  const wanted = Object.entries(packages).map(([one, version]) => `${one}@${version}`);
  const folder = path.join(cache, `npm-${name}-${packages[name] ?? 'all'}`);
  if (existsSync(folder)) return folder;
  const building = `${folder}.new`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  await writeFile(path.join(building, 'package.json'), '{ "private": true }\n');
  try {
    await run('npm', ['install', ...flags, ...wanted], { cwd: building, timeout: 600_000 });
  } catch (error) {
    throw new NotRunHere(
      `npm install ${wanted.join(' ')}: ${(error as Error).message.split('\n').at(1) ?? ''}`,
      {
        cause: error,
      },
    );
  }
  await rename(building, folder);
  return folder;
}
