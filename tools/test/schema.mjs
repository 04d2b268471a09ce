/** `npm run schema`: writes libs/schema/schema.txt, which says what every migration together makes of an empty database. */
import { spawnSync } from 'node:child_process';
import { prepare } from '../launcher/prepare.mjs';

const root = await prepare();
const write = ['libs/schema/dist/testing/write-snapshot.js', 'libs/schema/schema.txt'];
const { status } = spawnSync(process.execPath, ['tools/test/with-database.mjs', process.execPath, ...write], {
  cwd: root,
  stdio: 'inherit',
  // A database of its own, so that nothing else's tables are in it.
  env: { ...process.env, TEST_DATABASE_URL: '' },
});
process.exitCode = status ?? 1;
