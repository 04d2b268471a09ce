import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `dist` or `src` of the scanner; the libraries stand beside it, in a clone as in the image. */
const scannersFolder = fileURLToPath(new URL('..', import.meta.url));

/**
 * Names the build: everything that opens objects and drives engines, by the bytes of its code, the packages it uses (their
 * versions are pinned there) and Node. Null when not all of it can be read: then no one can say what decides.
 */
export async function digestCode(ownFolder = scannersFolder): Promise<string | null> {
  const root = path.resolve(ownFolder, '../../..');
  try {
    const hash = createHash('sha256').update(process.version);
    const files = [
      path.join(root, 'package.json'),
      ...(await codeOf(ownFolder)),
      ...(await codeOfLibraries(root)),
    ];
    for (const file of files) hash.update(`\n${path.relative(root, file)}\n`).update(await readFile(file));
    return hash.digest('hex');
  } catch {
    return null;
  }
}

async function codeOfLibraries(root: string): Promise<string[]> {
  const libraries = path.join(root, 'libs');
  const engines = path.join(libraries, 'engines');
  const folders = [...(await foldersIn(libraries)), ...(await foldersIn(engines))];
  const code = await Promise.all(
    folders.map((folder) => codeOf(path.join(folder, 'dist'), { isOptional: true })),
  );
  return code.flat();
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
    .sort();
}

async function codeOf(folder: string, { isOptional = false } = {}): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    return names
      .filter((name) => /\.(js|ts|wasm)$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    // A folder of libraries (`engines`) has none itself.
    if (isOptional && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
