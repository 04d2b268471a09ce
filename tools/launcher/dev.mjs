/** `npm run dev`: the system from source, each service started again when what it is made of changes. */
import { build } from './build-once.mjs';
import { prepare } from './prepare.mjs';

const root = await prepare();
const { devCommand } = await import('./dist/dev/dev-command.js');
await devCommand({
  root,
  args: process.argv.slice(2),
  env: process.env,
  build: () => build(root, { isWatching: true }),
});
