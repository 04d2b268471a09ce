import { pendingOf, readApplied, type Query } from './applied.js';
import { readSqlFiles } from './sql-files.js';

const files = readSqlFiles();
const isOlder = 'the database schema is older than this build needs; run migrate';

/**
 * For readiness: null when the database has what this build needs, else what is wrong, in words. A newer database is
 * fine: migrations expand before they contract.
 */
export async function schemaProblem(query: Query): Promise<string | null> {
  const found = await query(
    `SELECT to_regclass('migrations.applied') IS NOT NULL AS has_schema,
       to_regclass('migrations.repeatable') IS NOT NULL AS has_digests`,
  );
  if (found.rows[0]?.['has_schema'] !== true) return 'the database has no schema yet; run migrate';
  if (found.rows[0]['has_digests'] !== true) return isOlder;
  const applied = await readApplied(query);
  const isComplete =
    pendingOf(files, applied).length === 0 && applied.digests.includes(files.repeatableDigest);
  return isComplete ? null : isOlder;
}
