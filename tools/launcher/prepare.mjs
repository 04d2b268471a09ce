/** Common to the commands: a Node that is new enough, the npm packages, the build. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './check-node.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export async function prepare() {
  checkNode(path.join(root, 'package.json'));
  const { cleanOwnEnvironment } = await import('./clean-environment.mjs');
  cleanOwnEnvironment();
  const { installPackages } = await import('./install-packages.mjs');
  const { build } = await import('./build-once.mjs');
  await installPackages(root);
  build(root);
  return root;
}
