/**
 * Runs a command with TEST_DATABASE_URL, the address of a private PostgreSQL that lives as long as the command.
 * One that is set already is used as it is.
 *
 * Usage: node tools/test/with-database.mjs COMMAND [ARGUMENT …]
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPrivatePostgres } from '@sluice/private-servers';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('Usage: node tools/test/with-database.mjs COMMAND [ARGUMENT …]');
  process.exit(2);
}

async function startDatabase() {
  const home = await mkdtemp(path.join(tmpdir(), 'sluice-test-database-'));
  await chmod(home, 0o755); // the server's own user has to pass when root runs this
  // What tests lose with the machine no one misses; flushing costs them more than anything else they do with files.
  const postgres = await startPrivatePostgres({ home, isDurable: false });
  const stop = async () => {
    await postgres.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { url: postgres.adminUrl, stop };
}

const given = process.env.TEST_DATABASE_URL;
const database = given ? { url: given, stop: async () => {} } : await startDatabase();
const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, TEST_DATABASE_URL: database.url },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
const code = await new Promise((resolve) => {
  child.once('error', (error) => {
    console.error(error.message);
    resolve(1);
  });
  child.once('exit', (exitCode, signal) => resolve(signal === null ? exitCode : 1));
});
await database.stop();
process.exit(code);
