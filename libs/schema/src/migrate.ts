import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import {
  ensureBookkeeping,
  noteRepeatable,
  noteVersioned,
  pendingOf,
  readApplied,
  type Applied,
  type Query,
} from './applied.js';
import { grantToRoles } from './grants.js';
import { createRepeatable, dropRepeatable, messageOf } from './repeatable-objects.js';
import { ensureRoles, type RolePasswords } from './roles.js';
import { ensureSearchIndex } from './search-index.js';
import { readSqlFiles, type SqlFiles, type VersionedFile } from './sql-files.js';

export interface MigrateOptions extends RolePasswords {
  /** One line per thing done. */
  readonly log?: (line: string) => void;
  /** Default: those of this build. */
  readonly files?: SqlFiles;
}

/** Any number no other software takes: the session lock that lets one migrate run at a time. */
const migrateLock = 5_731_092_746;
/**
 * Whoever waits for a lock holds up everyone who comes after it, so that a backup's long read would stop the services:
 * give up soon, let them pass, come back.
 */
const lockTimeoutMs = 3000;
const lockRetryMs = 2000;
const lockNotAvailable = '55P03';
const deadlock = '40P01';

/**
 * Brings the database at `url` (its owner's login) up to this build: roles, tables, functions and views, grants. Safe
 * to run by several at once and again and again. What a build brings comes in one transaction: services see the
 * schema before or after it, and an interrupted run changed nothing. A database a newer build has migrated is left
 * as it is.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'sluice-migrate' });
  // A lost connection also rejects the query in hand.
  client.on('error', () => undefined);
  await client.connect();
  const query: Query = (sql, values) => client.query(sql, values);
  try {
    // Ends with the session, whatever happens.
    await query('SELECT pg_advisory_lock($1)', [migrateLock]);
    await bringUp(query, options);
    // Whoever waits for the lock holds up what is built beside running services, and would be waited for in turn.
    await query('SELECT pg_advisory_unlock($1)', [migrateLock]);
    for (const line of await ensureSearchIndex(query)) options.log?.(line);
  } finally {
    await client.end();
  }
}

async function bringUp(query: Query, options: MigrateOptions): Promise<void> {
  const { log = () => undefined, files = readSqlFiles() } = options;
  await ensureBookkeeping(query);
  const { existing, notes } = await ensureRoles(query, options);
  for (const note of notes) log(note);
  const applied = await readApplied(query);
  assertUnchanged(files, applied);
  const newer = namesOfNewer(files, applied);
  if (newer.length > 0) {
    log(`a newer build has migrated this database (${newer.join(', ')}); it stays as it is`);
    return;
  }
  const done = await retryWhileLocked(query, log, () => apply(query, { files, applied, roles: existing }));
  for (const line of done) log(line);
  log(done.length === 0 ? 'the schema is up to date' : `${done.length} migrations run`);
}

interface Work {
  readonly files: SqlFiles;
  readonly applied: Applied;
  readonly roles: readonly string[];
}

/** What was done, a line each. */
async function apply(query: Query, { files, applied, roles }: Work): Promise<string[]> {
  const pending = pendingOf(files, applied);
  const isChanged = pending.length > 0 || applied.digests.at(-1) !== files.repeatableDigest;
  if (isChanged) {
    // First, so that a table may change in a way that views on it would forbid.
    await dropRepeatable(query);
    for (const file of pending) {
      await runVersioned(query, file);
    }
    await createRepeatable(query, files.repeatable);
    await noteRepeatable(query, files.repeatableDigest);
  }
  await grantToRoles(query, roles);
  const lines = pending.map(({ name }) => `migrated: ${name}`);
  return isChanged ? [...lines, `functions and views: ${files.repeatable.length} made anew`] : lines;
}

async function runVersioned(query: Query, file: VersionedFile): Promise<void> {
  try {
    await query(file.sql);
  } catch (cause) {
    throw new Error(`sql/versioned/${file.name}.sql: ${messageOf(cause)}`, { cause });
  }
  await noteVersioned(query, file);
}

async function retryWhileLocked<Result>(
  query: Query,
  log: (line: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let isReported = false; ; isReported = true) {
    try {
      await query('BEGIN');
      await query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      const result = await work();
      await query('COMMIT');
      return result;
    } catch (error) {
      await query('ROLLBACK').catch(() => undefined);
      if (!isLocked(error)) throw error;
      if (!isReported) log('tables are in use (a backup?); trying again until they are free');
      await pause(lockRetryMs);
    }
  }
}

/** The reason may stand behind the name of the file it happened in. */
function isLocked(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return code === lockNotAvailable || code === deadlock || (cause !== undefined && isLocked(cause));
}

function assertUnchanged(files: SqlFiles, applied: Applied): void {
  for (const { number, name, sha256 } of files.versioned) {
    const before = applied.versioned.get(number);
    if (before === undefined || before.sha256 === null || before.sha256 === sha256) continue;
    throw new Error(
      before.name === name
        ? `${name}.sql was changed after it was applied to this database; undo the change and bring it as a further ` +
            'migration, or start from an empty database'
        : `this database has ${before.name} where this build has ${name}; start from an empty database or a backup`,
    );
  }
}

function namesOfNewer(files: SqlFiles, applied: Applied): string[] {
  const known = new Set(files.versioned.map(({ number }) => number));
  return [...applied.versioned].filter(([number]) => !known.has(number)).map(([, { name }]) => name);
}
