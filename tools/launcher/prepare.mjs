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

/** The same, and the servers that a tool starts; `also` names other programs it needs, as in missing-programs.ts. */
export async function prepareServers(...also) {
  await prepare();
  const { ensureServerPackages } = await import('./dist/index.js');
  const code = await ensureServerPackages(also);
  if (code !== 0) process.exit(code);
  return root;
}
