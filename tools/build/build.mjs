/**
 * Transpiles every project's `src` into its `dist` with swc (types are checked by `npm run types`), carries its `.sql`
 * files along, bundles each program into one file and the console's pages with Vite. Only what is newer than its output is made, so a second call takes a fraction of a second.
 *
 * Usage: node tools/build/build.mjs [PROJECT_FOLDER …]
 */
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildPages } from './build-pages.mjs';
import { bundleProgram, programs } from './bundle.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const groups = ['apps', 'libs', 'libs/engines', 'tools'];
const isCarried = (file) => file.endsWith('.sql');
/** Specs, and probes: files that a spec writes beside the sources for a moment to see a lint rule refuse them. */
const isTest = (file) => /\.(spec|int-spec|e2e-spec|proof-spec|probe)\.ts$/.test(file);

async function projects() {
  const found = [];
  for (const group of groups) {
    for (const entry of await readdir(path.join(root, group), { withFileTypes: true })) {
      const folder = path.join(root, group, entry.name);
      if (entry.isDirectory() && entry.name !== 'console-web' && (await exists(path.join(folder, 'src'))))
        found.push(folder);
    }
  }
  return found;
}

async function exists(file) {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function isFresh(source, output) {
  const [from, to] = await Promise.all([stat(source), stat(output).catch(() => null)]);
  return to !== null && to.mtimeMs > from.mtimeMs;
}

/** What is only needed when something is stale is loaded then. */
async function transform(source) {
  const { transformFile } = await import('@swc/core');
  return transformFile(source, { configFile: path.join(root, '.swcrc'), sourceMaps: true });
}

async function buildFile(source, output) {
  if (await isFresh(source, output)) return 0;
  const { code, map } = await transform(source);
  await mkdir(path.dirname(output), { recursive: true });
  await writeFile(`${output}.map`, map ?? '');
  await writeFile(output, `${code}\n//# sourceMappingURL=${path.basename(output)}.map\n`);
  return 1;
}

/** A copy keeps the time it is made, so that it is newer than what it was made from. */
async function carryFile(source, output) {
  if (await isFresh(source, output)) return 0;
  await mkdir(path.dirname(output), { recursive: true });
  await copyFile(source, output);
  return 1;
}

async function removeStale(sources, dist) {
  if (!(await exists(dist))) return;
  const expected = new Set(sources.map((name) => name.replace(/\.ts$/, '.js')));
  for (const name of await readdir(dist, { recursive: true })) {
    if ((name.endsWith('.js') || isCarried(name)) && !expected.has(name)) {
      await rm(path.join(dist, name));
      await rm(path.join(dist, `${name}.map`), { force: true });
    }
  }
}

async function buildProject(folder) {
  const src = path.join(folder, 'src');
  const dist = path.join(folder, 'dist');
  const names = await readdir(src, { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !isTest(name));
  const carried = names.filter(isCarried);
  await removeStale([...sources, ...carried], dist);
  const bundled = new Set(programs[path.relative(root, folder)]);
  const modules = sources.filter((name) => !bundled.has(name));
  const built = await Promise.all([
    ...modules.map((name) => buildFile(path.join(src, name), path.join(dist, name.replace(/\.ts$/, '.js')))),
    ...carried.map((name) => carryFile(path.join(src, name), path.join(dist, name))),
  ]);
  return built.reduce((sum, one) => sum + one, 0);
}

const named = process.argv.slice(2).map((folder) => path.resolve(root, folder));
const folders = named.length > 0 ? named : await projects();
const counts = await Promise.all(folders.map(buildProject));
const total = counts.reduce((sum, one) => sum + one, 0);
if (total > 0) console.log(`built ${total} files in ${folders.length} projects`);

/** One after the other: the bundler uses every processor by itself. */
async function bundlePrograms() {
  let bundled = 0;
  const known = new Map();
  for (const folder of folders)
    for (const file of programs[path.relative(root, folder)] ?? []) {
      const source = path.join(folder, 'src', file);
      if (await bundleProgram(source, () => transform(source), known)) bundled += 1;
    }
  return bundled;
}
const bundled = await bundlePrograms();
if (bundled > 0) console.log(`bundled ${bundled} programs`);

/** In a folder of someone else nothing can be built: a line says so, where a trace would say what Vite was doing. */
async function buildPagesOrSayWhy() {
  try {
    return await buildPages(root);
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error;
    console.error(`The pages of the console cannot be built: ${error.message}`);
    console.error('Run this as the user whose folder it is.');
    process.exitCode = 1;
    return false;
  }
}
if (named.length === 0 && (await buildPagesOrSayWhy())) console.log('built the pages of the console');
