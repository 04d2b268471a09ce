import type { Query } from './applied.js';

export const searchIndex = 'alerts_by_text';

/** One build at a time; whoever comes meanwhile leaves it to that one. */
const buildLock = 5_731_092_747;
/** Building it beside running services waits for transactions that began before, a backup's among them. */
const buildTimeoutMs = 60_000;
const insufficientPrivilege = '42501';

const lost =
  'the search in alerts finds no senders, subjects, recipients, names inside objects or parts of them';

/**
 * The search in alerts reads an index of trigrams, which PostgreSQL's extension pg_trgm brings (Debian: in the package
 * of the server; elsewhere in `postgresql-contrib`). Without it everything else works, and the console says what the
 * search leaves out; the next migrate tries again. Outside of a transaction: alerts are recorded while it is built.
 */
export async function ensureSearchIndex(query: Query): Promise<readonly string[]> {
  const { rows } = await query('SELECT pg_try_advisory_lock($1) AS is_ours', [buildLock]);
  if (rows[0]?.['is_ours'] !== true) return [];
  try {
    return await ensure(query);
  } finally {
    await query('SELECT pg_advisory_unlock($1)', [buildLock]);
  }
}

async function ensure(query: Query): Promise<readonly string[]> {
  const problem = await ensureTrigrams(query);
  if (problem !== null) return [`${problem}: ${lost}`];
  const { rows } = await query(
    `SELECT md5(p.prosrc) AS wanted, i.indisvalid AS is_valid, obj_description(c.oid, 'pg_class') AS built_of
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'ledger'
     LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = '${searchIndex}'
     LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE p.proname = 'alert_text'`,
  );
  const found = rows[0];
  if (found === undefined) return [];
  if (found['is_valid'] === true && found['built_of'] === found['wanted']) return [];
  return build(query, String(found['wanted']));
}

/** Null: it is there. */
async function ensureTrigrams(query: Query): Promise<string | null> {
  const { rows } = await query(
    `SELECT installed_version FROM pg_available_extensions WHERE name = 'pg_trgm'`,
  );
  const [found] = rows;
  if (found === undefined)
    return 'PostgreSQL lacks the extension pg_trgm; install postgresql-contrib and run migrate again';
  if (found['installed_version'] !== null) return null;
  try {
    await query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    return null;
  } catch (error) {
    if ((error as { code?: unknown }).code !== insufficientPrivilege) throw error;
    return 'the owner of the database may not create the extension pg_trgm; have it created by a superuser and run migrate again';
  }
}

async function build(query: Query, body: string): Promise<readonly string[]> {
  try {
    await query(`SET lock_timeout = ${buildTimeoutMs}`);
    // What an interrupted build left, or one of an earlier text.
    await query(`DROP INDEX IF EXISTS ledger.${searchIndex}`);
    // Alerts by any part of what names them: WHERE search_text ILIKE '%…%'.
    await query(
      `CREATE INDEX CONCURRENTLY ${searchIndex} ON ledger.alerts USING gin (ledger.alert_text(object_name, sensor_id,
         scan_id, detections, not_examined, mail_from, rcpt_to, mail, mail_origin) gin_trgm_ops)`,
    );
    await query(`COMMENT ON INDEX ledger.${searchIndex} IS '${body}'`);
    // So that the planner knows how rare words are.
    await query('ANALYZE ledger.alerts');
    return [`index for the search in alerts built`];
  } catch (error) {
    return [
      `the index for the search in alerts was not built (${error instanceof Error ? error.message : String(error)}); run migrate again: until then ${lost}`,
    ];
  } finally {
    await query('RESET lock_timeout').catch(() => undefined);
  }
}
