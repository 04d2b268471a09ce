import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * What production needs of the npm packages, as the lock file says: where each lies from the root (`node_modules/a`,
 * `node_modules/a/node_modules/b`) and what it is. Optional packages for other platforms are not installed, so not here.
 */
export async function productionPackages(root) {
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const needed = Object.entries(packages)
    .filter(
      ([place, { dev, devOptional, link }]) =>
        /(^|\/)node_modules\//.test(place) && !dev && !devOptional && !link,
    )
    .map(([place, entry]) => ({ place, name: entry.name ?? place.split('node_modules/').at(-1), ...entry }));
  const isInstalled = ({ place }) =>
    stat(path.join(root, place)).then(
      () => true,
      () => false,
    );
  const installed = await Promise.all(needed.map(isInstalled));
  return needed.filter((_, index) => installed[index]);
}
