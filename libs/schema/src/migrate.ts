import type { DataSource, QueryRunner } from 'typeorm';
import { grantToRoles } from './grants.js';
import { migrations } from './migrations/all.js';
import { ensureRoles, type RolePasswords } from './roles.js';
import { migrationsTable } from './schema-version.js';

export interface MigrateOptions extends RolePasswords {
  /** One line per thing done. */
  readonly log?: (line: string) => void;
}

/** Any number no other software takes: the session lock that lets one migrate run at a time. */
const migrateLock = 5_731_092_746;

/**
 * Brings the database at `url` (its owner's login) up to this build: schemas, roles, grants. Safe to run by several
 * at once and again and again; each migration commits by itself, so an interrupted run goes on where it stopped.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<void> {
  // TypeORM is loaded only here, so that a service asking for the schema's version doesn't carry it.
  const { DataSource } = await import('typeorm');
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: migrationsTable.schema,
    migrations: [...migrations],
    migrationsTableName: migrationsTable.name,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    applicationName: 'sluice-migrate',
  });
  await source.initialize();
  try {
    await withLock(source, (runner) => bringUp(source, runner, options));
  } finally {
    await source.destroy();
  }
}

async function withLock(source: DataSource, run: (runner: QueryRunner) => Promise<void>): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [migrateLock]);
    await run(runner);
  } finally {
    // Ends with the session, whatever happened.
    await runner.query('SELECT pg_advisory_unlock($1)', [migrateLock]).catch(() => undefined);
    await runner.release();
  }
}

async function bringUp(source: DataSource, runner: QueryRunner, options: MigrateOptions): Promise<void> {
  const log = options.log ?? (() => undefined);
  await runner.query(`CREATE SCHEMA IF NOT EXISTS ${migrationsTable.schema}`);
  const { existing, notes } = await ensureRoles(runner, options);
  for (const note of notes) log(note);
  const done = await source.runMigrations();
  for (const migration of done) log(`migrated: ${migration.name}`);
  await grantToRoles(runner, existing);
  log(done.length === 0 ? 'the schema is up to date' : `${done.length} migrations run`);
}
