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

const numbers = files.versioned.map(({ number }) => number);

/** The same, asked every few seconds: one statement while all is as it was. */
export class SchemaCheck {
  private wasComplete = false;

  constructor(private readonly query: Query) {}

  async problem(): Promise<string | null> {
    if (this.wasComplete && (await this.isComplete())) return null;
    const problem = await schemaProblem(this.query);
    this.wasComplete = problem === null;
    return problem;
  }

  /** False also when the tables are gone or cannot be asked: then the whole question is asked, and says why. */
  private async isComplete(): Promise<boolean> {
    return this.query(
      `SELECT (SELECT count(DISTINCT "timestamp" % 10000) FROM migrations.applied WHERE "timestamp" % 10000 = ANY ($1))
           = cardinality($1::integer[])
         AND EXISTS (SELECT FROM migrations.repeatable WHERE digest = $2) AS complete`,
      [numbers, files.repeatableDigest],
    ).then(
      ({ rows }) => rows[0]?.['complete'] === true,
      () => false,
    );
  }
}
