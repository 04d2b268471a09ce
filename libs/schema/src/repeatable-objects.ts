import type { Query } from './applied.js';
import type { RepeatableFile } from './sql-files.js';

/** Of our schemas, and no extension's: those are not ours to drop. */
const isOurs = (
  catalog: string,
  alias: string,
) => `n.nspname IN ('registry', 'ledger', 'deliveries') AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`;

const views = `
SELECT 'VIEW' AS kind, string_agg(format('%I.%I', n.nspname, c.relname), ', ') AS names
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND ${isOurs('pg_class', 'c')}`;

/** Functions that a trigger, a default, a check or an index needs stay: their files replace them in place. */
const functions = `
SELECT 'ROUTINE' AS kind,
  string_agg(format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), ', ') AS names
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE ${isOurs('pg_proc', 'p')} AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND d.classid IN (
    'pg_trigger'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass))`;

/** Row types of tables have a relation of another kind. */
const types = `
SELECT 'TYPE' AS kind, string_agg(format('%I.%I', n.nspname, c.relname), ', ') AS names
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'c' AND ${isOurs('pg_class', 'c')}`;

/**
 * Drops every function, view and composite type, so that a file may change in any way, columns and arguments too, and
 * what has no file any more is gone. Grants go with them: the caller gives them again in the same transaction.
 */
export async function dropRepeatable(query: Query): Promise<void> {
  for (const select of [views, functions, types]) {
    const { rows } = await query(select);
    const { kind, names } = rows[0] ?? {};
    if (typeof names === 'string') await query(`DROP ${String(kind)} ${names}`);
  }
}

/** Undefined table, function, object (type), column. */
const missing = new Set(['42P01', '42883', '42704', '42703']);

/** Files may need each other in any direction but in a circle: one that lacks something waits for the rest. */
export async function createRepeatable(query: Query, files: readonly RepeatableFile[]): Promise<void> {
  for (let waiting = files; waiting.length > 0;) {
    const left: { file: RepeatableFile; error: unknown }[] = [];
    for (const file of waiting) {
      const error = await create(query, file);
      if (error !== null) left.push({ file, error });
    }
    const [first] = left;
    if (first !== undefined && left.length === waiting.length)
      throw new Error(
        `sql/${first.file.name}.sql needs what no other file brings: ${messageOf(first.error)}`,
        {
          cause: first.error,
        },
      );
    waiting = left.map(({ file }) => file);
  }
}

/** Null, or the error that says what is missing. */
async function create(query: Query, { name, sql }: RepeatableFile): Promise<unknown> {
  await query('SAVEPOINT file');
  try {
    await query(sql);
    await query('RELEASE SAVEPOINT file');
    return null;
  } catch (error) {
    if (!missing.has(String((error as { code?: unknown }).code)))
      throw new Error(`sql/${name}.sql: ${messageOf(error)}`, { cause: error });
    await query('ROLLBACK TO SAVEPOINT file');
    return error;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
