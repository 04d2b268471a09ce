import { databaseRoles } from '../roles.js';
import type { Query } from '../applied.js';
import { searchIndex } from '../search-index.js';

const schemas = `('registry', 'ledger', 'deliveries')`;

/** Each gives rows of `owner` (where the line belongs) and `line`, in the order they are shown. */
const tables = `
SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'table ' END || c.oid::regclass AS owner,
  a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || CASE a.attidentity WHEN 'a' THEN ' identity' WHEN 'd' THEN ' identity by default' ELSE '' END
    || CASE a.attgenerated WHEN '' THEN coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       ELSE ' generated ' || pg_get_expr(d.adbin, d.adrelid) END AS line
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname IN ${schemas} AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relkind, n.nspname, c.relname, a.attnum`;

const storage = `
SELECT 'table ' || c.oid::regclass AS owner,
  concat_ws(', ', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END, array_to_string(c.reloptions, ', ')) AS line
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ${schemas} AND c.relkind = 'r' AND (c.relpersistence = 'u' OR c.reloptions IS NOT NULL)`;

/** NOT NULL is a constraint of its own from PostgreSQL 18 on; the column says it already. */
const constraints = `
SELECT 'table ' || k.conrelid::regclass AS owner, k.conname || ' ' || pg_get_constraintdef(k.oid) AS line
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
WHERE n.nspname IN ${schemas} AND k.conrelid <> 0 AND k.contype <> 'n' ORDER BY 1, 2`;

/** All but the one that depends on what is installed beside PostgreSQL. */
const indexes = `
SELECT 'table ' || i.indrelid::regclass AS owner,
  CASE WHEN i.indisunique THEN 'unique ' ELSE '' END || 'index ' || c.relname
    || regexp_replace(pg_get_indexdef(c.oid), '^.* USING ', ' ') AS line
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ${schemas} AND c.relname <> '${searchIndex}'
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u'))
ORDER BY 1, c.relname`;

const triggers = `
SELECT 'table ' || t.tgrelid::regclass AS owner, pg_get_triggerdef(t.oid) AS line
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ${schemas} AND NOT t.tgisinternal ORDER BY t.tgname`;

/** What it is and who may run it; what it does stands in its file, whose content is hashed here. */
const functions = `
SELECT 'function ' || p.oid::regprocedure AS owner, unnest(ARRAY[
    'arguments ' || pg_get_function_arguments(p.oid), 'returns ' || pg_get_function_result(p.oid),
    'language ' || l.lanname || CASE p.provolatile WHEN 'i' THEN ', immutable' WHEN 's' THEN ', stable' ELSE '' END
      || CASE WHEN p.prosecdef THEN ', security definer' ELSE '' END,
    'set ' || array_to_string(p.proconfig, ', '), 'body md5 ' || md5(p.prosrc)]) AS line
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname IN ${schemas} AND NOT EXISTS (SELECT FROM pg_depend e
  WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
ORDER BY p.oid::regprocedure::text`;

const others = `
SELECT CASE c.relkind WHEN 'c' THEN 'type ' ELSE 'sequence ' END || c.oid::regclass AS owner,
  coalesce(string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
    FILTER (WHERE c.relkind = 'c'), 'bigint') AS line
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname IN ${schemas} AND c.relkind IN ('c', 'S') AND a.attnum > 0
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'i' AND c.relkind = 'S')
GROUP BY c.oid, c.relkind, n.nspname, c.relname ORDER BY c.relkind, n.nspname, c.relname`;

const roles = Object.values(databaseRoles)
  .map((role) => `'${role}'`)
  .join(', ');
const grants = `
WITH granted AS (
  SELECT 'schema ' || n.nspname AS what, acl.* FROM pg_namespace n, aclexplode(n.nspacl) acl WHERE n.nspname IN ${schemas}
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' ELSE 'table ' END || c.oid::regclass, acl.*
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) acl WHERE n.nspname IN ${schemas}
  UNION ALL
  SELECT 'column ' || c.oid::regclass || '.' || a.attname, acl.* FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) acl WHERE n.nspname IN ${schemas}
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure, acl.* FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
    aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl WHERE n.nspname IN ${schemas}
), named AS (
  SELECT what, privilege_type, CASE grantee WHEN 0 THEN 'everyone' ELSE pg_get_userbyid(grantee) END AS role FROM granted
)
SELECT 'granted to ' || role AS owner,
  what || ': ' || string_agg(DISTINCT lower(privilege_type), ', ' ORDER BY lower(privilege_type)) AS line
FROM named WHERE role IN (${roles}, 'everyone') GROUP BY role, what ORDER BY role, what`;

const head = `Every table, view, function and grant of today's schema, for reviews. Written by \`npm run schema\`, never by hand;
a test fails when it is not true. What functions and views do stands in libs/schema/src/sql.
`;

/** A text that is equal for equal schemas, whichever PostgreSQL (14 or newer) they are in. */
export async function describeSchema(query: Query): Promise<string> {
  const sections = new Map<string, string[]>();
  for (const select of [tables, storage, constraints, indexes, triggers, functions, others, grants]) {
    const { rows } = await query(select);
    for (const { owner, line } of rows) {
      if (line === null) continue;
      const lines = sections.get(String(owner)) ?? [];
      sections.set(String(owner), [...lines, `  ${String(line)}`]);
    }
  }
  const described = [...sections].map(([owner, lines]) => [owner, ...lines, ''].join('\n'));
  return [head, ...described].join('\n');
}
