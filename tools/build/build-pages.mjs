/**
 * Bundles `apps/console-web` into its `dist` when anything it is made of is newer. Vite is loaded only then: a call with
 * nothing to do looks at some hundred files and is done.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Inputs of the bundle, from the repository's root. A folder's own time says nothing of it: a file that came, went or moved
 * is seen by who imports it, and specs lay files in folders for a moment.
 */
const inputs = [
  'apps/console-web/src',
  'apps/console-web/public',
  'apps/console-web/index.html',
  'apps/console-web/vite.config.mjs',
  'package-lock.json',
];
const isTest = (name) => /\.(spec|int-spec|e2e-spec|proof-spec|probe)\.tsx?$/.test(name);

/** True when it was built. */
export async function buildPages(root) {
  const folder = path.join(root, 'apps/console-web');
  const builtAtMs = await changedAtMs(path.join(folder, 'dist/index.html'));
  const newest = Math.max(...(await Promise.all(inputs.map((input) => newestMs(path.join(root, input))))));
  if (newest <= builtAtMs) return false;
  // Vite takes the libraries' builds for development while this is anything else, as it is within specs.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ configFile: path.join(folder, 'vite.config.mjs'), logLevel: 'warn' });
  return true;
}

async function newestMs(input) {
  const names = await readdir(input, { recursive: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return [''];
    throw error;
  });
  const times = names.filter((name) => !isTest(name)).map((name) => changedAtMs(path.join(input, name)));
  return Math.max(0, ...(await Promise.all(times)));
}

/** Of a file; 0 when it isn't there, or is a folder. */
const changedAtMs = (file) =>
  stat(file).then(
    (found) => (found.isFile() ? found.mtimeMs : 0),
    () => 0,
  );
