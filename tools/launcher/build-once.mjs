/** Runs the build (incremental, a fraction of a second when nothing changed). Plain Node: the launcher isn't built yet. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export function build(root) {
  const { status } = spawnSync(process.execPath, [path.join(root, 'tools/build/build.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) return;
  console.error('The build failed; the reason is above.');
  // Someone else's checkout that was built by its owner still runs.
  if (existsSync(path.join(root, 'tools/launcher/dist/index.js'))) {
    console.error('Going on with what was built before.');
    return;
  }
  process.exit(1);
}
