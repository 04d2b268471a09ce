import { readdirSync } from 'node:fs';
import path from 'node:path';

const skipped = new Set(['node_modules', 'dist', '.sluice', '.nx', '.git']);

/** Paths of all spec files, from the repository's root. */
export function listSpecs(root, folders = ['apps', 'libs', 'tools']) {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const place = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listSpecs(root, [place]);
      return /\.(spec|int-spec|e2e-spec|proof-spec)\.tsx?$/.test(entry.name) ? [place] : [];
    }),
  );
}
