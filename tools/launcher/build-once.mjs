/** Runs the build (incremental, a fraction of a second when nothing changed). Plain Node: the launcher isn't built yet. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** True when it was built. While somebody is working, a fault in the source is no reason to end. */
export function build(root, { isWatching = false } = {}) {
  if (!existsSync(path.join(root, 'tools/launcher/dist/index.js')))
    console.log('Building Sluice. The first time takes half a minute, or more where others use the machine.');
  const { status } = spawnSync(process.execPath, [path.join(root, 'tools/build/build.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) return true;
  console.error('The build failed; the reason is above.');
  if (isWatching) return false;
  // Someone else's checkout that was built by its owner still runs.
  if (existsSync(path.join(root, 'tools/launcher/dist/index.js'))) {
    console.error('Going on with what was built before.');
    return true;
  }
  process.exit(1);
}
