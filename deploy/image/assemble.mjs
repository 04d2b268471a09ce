/**
 * Copies what runs in production from a built checkout into a folder, and says what it weighs: the services, the pages,
 * the setup and the command line, the workspace packages they load (followed from their imports), and the npm packages
 * that are installed without those for development, with a bill of materials of them (`sbom.cdx.json`). No sources, tests, test doubles, source maps or declarations.
 *
 *   node deploy/image/assemble.mjs FOLDER
 */
import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { billOfMaterials } from './bill-of-materials.mjs';
import { productionPackages } from './production-packages.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const target = process.argv[2];
if (target === undefined) {
  console.error('Usage: node deploy/image/assemble.mjs FOLDER');
  process.exit(2);
}

/** Programs that run as they are; the packages they import are found from them. */
const programs = ['deploy/setup', 'deploy/command-line'];

/** Workspace folders by package name. */
async function workspaces() {
  const found = new Map();
  for (const group of ['apps', 'libs', 'libs/engines', 'tools']) {
    for (const entry of await readdir(path.join(root, group), { withFileTypes: true })) {
      const file = path.join(root, group, entry.name, 'package.json');
      const text = entry.isDirectory() ? await readFile(file, 'utf8').catch(() => null) : null;
      if (text !== null) found.set(JSON.parse(text).name, path.join(group, entry.name));
    }
  }
  return found;
}

const isRuntime = (file) => /\.(js|mjs|cjs|json|wasm|sql)$/.test(file) && !/(^|\/)testing\//.test(file);

async function filesIn(folder) {
  const names = await readdir(path.join(root, folder), { recursive: true }).catch(() => []);
  const files = [];
  for (const name of names) {
    const file = path.join(folder, name);
    if ((await stat(path.join(root, file))).isFile()) files.push(file);
  }
  return files;
}

/** What of a workspace runs: its compiled code, and the SQL that lies beside it. */
const runtimeFilesOf = async (folder) => (await filesIn(path.join(folder, 'dist'))).filter(isRuntime);

async function importedBy(files) {
  const names = new Set();
  for (const file of files.filter((one) => /\.m?js$/.test(one))) {
    const text = await readFile(path.join(root, file), 'utf8');
    for (const [, name] of text.matchAll(/['"](@sluice\/[a-z-]+)(?:\/[a-z-]+)?['"]/g)) names.add(name);
  }
  return names;
}

/** Every workspace that the apps and programs load, with its files. */
async function neededWorkspaces() {
  const all = await workspaces();
  const apps = [...all].filter(([, folder]) => folder.startsWith('apps/')).map(([name]) => name);
  const programFiles = (await Promise.all(programs.map(filesIn))).flat();
  const waiting = [...apps, ...(await importedBy(programFiles))];
  const needed = new Map();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const folder = all.get(name);
    if (folder === undefined || needed.has(name)) continue;
    // The pages are files for browsers: they load nothing here.
    const isPages = folder === 'apps/console-web';
    const files = isPages ? await filesIn(path.join(folder, 'dist')) : await runtimeFilesOf(folder);
    if (files.length === 0) throw new Error(`${folder} is not built: run "npm run build" first`);
    needed.set(name, { folder, files: [...files, path.join(folder, 'package.json')] });
    if (!isPages) waiting.push(...(await importedBy(files)));
  }
  return needed;
}

async function copyFile(file) {
  await mkdir(path.dirname(path.join(target, file)), { recursive: true });
  await cp(path.join(root, file), path.join(target, file));
}

async function copyWorkspace(name, { folder, files }) {
  for (const file of files) await copyFile(file);
  const link = path.join(target, 'node_modules', name);
  await mkdir(path.dirname(link), { recursive: true });
  await symlink(path.relative(path.dirname(link), path.join(target, folder)), link);
}

/** Left out of npm packages: what no `import` reads. */
const isDeadWeight = (file) =>
  /\.(map|d\.[mc]?ts|[mc]?ts|tsx|md|markdown|flow|tsbuildinfo)$/i.test(file) ||
  /^(test|tests|__tests__|docs|example|examples|\.github)$/.test(file);

async function copyPackages() {
  for (const { place } of await productionPackages(root)) {
    const from = path.join(root, place);
    await cp(from, path.join(target, place), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => {
        const inside = path.relative(from, source);
        // What lies nested is copied by its own line of the lock file.
        return inside === '' || (inside !== 'node_modules' && !isDeadWeight(inside));
      },
    });
  }
}

/** Bytes of all files below. */
async function weigh(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

await mkdir(target, { recursive: true });
await copyPackages();
const needed = await neededWorkspaces();
for (const [name, workspace] of needed) await copyWorkspace(name, workspace);
for (const file of (await Promise.all(programs.map(filesIn))).flat()) await copyFile(file);
await writeFile(path.join(target, 'sbom.cdx.json'), JSON.stringify(await billOfMaterials(root), null, 2));
const { name, version, license, type } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
await writeFile(
  path.join(target, 'package.json'),
  `${JSON.stringify({ name, version, license, type, private: true }, null, 2)}\n`,
);
await copyFile('LICENSE').catch(() => {});
const mebibytes = ((await weigh(target)) / 1024 ** 2).toFixed(1);
console.log(`assembled ${needed.size} workspace packages; ${mebibytes} MiB without Node`);
