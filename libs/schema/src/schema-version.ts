import { migrations } from './migrations/all.js';

/** TypeORM orders migrations by the 13 digits their names end with. */
const versionOf = (name: string): number => Number(name.slice(-13));

/** What this build was written against: the newest migration it knows. */
export const schemaVersion = Math.max(...migrations.map((Migration) => versionOf(new Migration().name)));

/** Where TypeORM notes what it has run. Every service's role may read it. */
export const migrationsTable = { schema: 'migrations', name: 'applied' } as const;

type Query = (sql: string) => Promise<{ rows: Record<string, unknown>[] }>;

/**
 * For readiness: null when the database is as new as this build needs, else what is wrong, in words.
 * A newer database is fine: migrations expand before they contract.
 */
export async function schemaProblem(query: Query): Promise<string | null> {
  const found = await query(`SELECT to_regclass('migrations.applied') IS NOT NULL AS exists`);
  if (found.rows[0]?.['exists'] !== true) return 'the database has no schema yet; run migrate';
  const applied = await query('SELECT max("timestamp") AS version FROM migrations.applied');
  const version = Number(applied.rows[0]?.['version'] ?? 0);
  return version >= schemaVersion ? null : `the database schema is older than this build needs; run migrate`;
}
