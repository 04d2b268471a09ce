import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError, plainEnvironment, type ServerContext, summariseLog } from '@sluice/private-servers';
import type { CodePlace } from '../state/stage-code.js';
import { hideSecrets } from './secret-files.js';
import type { Servers } from './start-servers.js';

const run = promisify(execFile);
const longestMs = 10 * 60_000;
/** A private server answers by now; with yours a mistake in the address should be told soon. */
const waitSeconds = 20;

/** Runs `migrate` to its end: the schema, the roles of the services and their grants. */
export async function migrateDatabase(
  { ownerUrl, rolePasswords }: Pick<Servers, 'ownerUrl' | 'rolePasswords'>,
  code: CodePlace,
  context: ServerContext,
): Promise<void> {
  const logFile = path.join(context.logs, 'migrate.log');
  const roles =
    rolePasswords === null
      ? {}
      : {
          RESULTS_DATABASE_PASSWORD: rolePasswords.results,
          CONSOLE_DATABASE_PASSWORD: rolePasswords.console,
          NOTIFIER_DATABASE_PASSWORD: rolePasswords.notifier,
        };
  const environment = { DATABASE_URL: ownerUrl, DATABASE_WAIT_SECONDS: String(waitSeconds), ...roles };
  try {
    const { stdout, stderr } = await run(code.node, [path.join(code.root, 'apps/migrate/dist/main.js')], {
      ...context.identity,
      cwd: '/',
      timeout: longestMs,
      env: {
        ...plainEnvironment(context.home),
        ...hideSecrets({ name: 'migrate', environment }, context),
      },
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    });
    appendFileSync(logFile, stdout + stderr, { mode: 0o600 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    appendFileSync(logFile, stdout + stderr, { mode: 0o600 });
    const said = stderr.trim() === '' ? stdout : stderr;
    throw new StartError(
      `The database could not be migrated: ${said.trim() === '' ? String(error) : summariseLog(said)}`,
      `See ${logFile}; put right what it names, then start again: what was migrated stays.`,
    );
  }
}
