import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Which folders each folder of `source` needs, by the imports of its files; tests are left out. */
export type FolderNeeds = ReadonlyMap<string, ReadonlySet<string>>;

export function folderNeeds(source: string): FolderNeeds {
  const needs = new Map<string, Set<string>>();
  for (const folder of foldersIn(source)) needs.set(folder, new Set(importedFolders(source, folder)));
  return needs;
}

/** Folders that need themselves through others, each with the way back: `alerts > scans > alerts`. */
export function circlesOf(needs: FolderNeeds): string[] {
  return [...needs.keys()].flatMap((folder) => {
    const way = wayBack(needs, folder);
    return way === null ? [] : [way.join(' > ')];
  });
}

function wayBack(needs: FolderNeeds, start: string): string[] | null {
  const ways = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of needs.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, start];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return null;
}

const foldersIn = (source: string): string[] =>
  readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
    .map((entry) => entry.name);

const importLine = /(?:from|import\()\s*['"](\.[^'"]+)['"]/g;

function importedFolders(source: string, folder: string): string[] {
  return productionFiles(path.join(source, folder)).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(importLine)]
      .map(([, target = '']) => path.relative(source, path.join(path.dirname(file), target)))
      .filter((target) => target.includes(path.sep) && !target.startsWith('..'))
      .map((target) => target.split(path.sep)[0] ?? '')
      .filter((target) => target !== folder);
  });
}

const productionFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/spec\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
