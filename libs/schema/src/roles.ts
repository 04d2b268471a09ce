import type { Query } from './applied.js';

/** Database roles of the services: each may do what its service needs and no more. */
export const databaseRoles = {
  results: 'sluice_results',
  console: 'sluice_console',
  notifier: 'sluice_notifier',
} as const;

/**
 * What each service may take of the server's connections, so that none of them can shut the others out: together less
 * than all, and `results`, on which every scan waits, keeps more than the others could take.
 */
const connectionShares: Readonly<Record<string, number>> = {
  [databaseRoles.results]: 0.6,
  [databaseRoles.console]: 0.15,
  [databaseRoles.notifier]: 0.1,
};
/** On a small server: two instances, while one follows the other. */
const fewestConnections = 8;

export interface RolePasswords {
  readonly resultsPassword?: string | undefined;
  readonly consolePassword?: string | undefined;
  readonly notifierPassword?: string | undefined;
}

/** Which roles exist afterwards, and what could not be done, in words. */
export interface RolesOutcome {
  readonly existing: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Makes the roles that were given a password, or sets their password anew. An owner that may not make roles
 * (a managed database) leaves one login for all services; that is said, not failed.
 */
export async function ensureRoles(query: Query, passwords: RolePasswords): Promise<RolesOutcome> {
  const wanted = [
    [databaseRoles.results, passwords.resultsPassword],
    [databaseRoles.console, passwords.consolePassword],
    [databaseRoles.notifier, passwords.notifierPassword],
  ] as const;
  const notes: string[] = [];
  for (const [role, password] of wanted) {
    if (password === undefined || password === '') continue;
    if (await mayMakeRoles(query)) await setRole(query, role, password);
    else notes.push(`this login may not make role ${role}: the services share the owner's login`);
  }
  const { rows } = await query('SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)', [
    Object.values(databaseRoles),
  ]);
  return { existing: rows.map((row) => String(row['rolname'])), notes };
}

async function mayMakeRoles(query: Query): Promise<boolean> {
  const { rows } = await query(
    'SELECT rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user',
  );
  return rows[0]?.['may'] === true;
}

async function setRole(query: Query, role: string, password: string): Promise<void> {
  const found = await query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (found.rows.length > 0) return alterLogin(query, role, password);
  try {
    await setLogin(query, { verb: 'CREATE', role, password });
  } catch (error) {
    // Roles belong to the server: the migrate of another database of it made this one meanwhile.
    if (!madeMeanwhile.has((error as { code?: unknown }).code)) throw error;
    await alterLogin(query, role, password);
  }
}

/** Another migrate may alter it in the same moment, which the server refuses to one of the two. */
async function alterLogin(query: Query, role: string, password: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await setLogin(query, { verb: 'ALTER', role, password });
    } catch (error) {
      if (!String(error).includes(alteredMeanwhile) || attempt === mostAttempts) throw error;
    }
}

/** It comes as an internal error (XX000), by which it is not to be told from others. */
const alteredMeanwhile = 'tuple concurrently updated';
const mostAttempts = 10;

/** duplicate_object, and unique_violation where both were at it in the same moment. */
const madeMeanwhile: ReadonlySet<unknown> = new Set(['42710', '23505']);

async function setLogin(
  query: Query,
  { verb, role, password }: { readonly verb: 'ALTER' | 'CREATE'; role: string; password: string },
): Promise<void> {
  // DDL takes no parameters; the server quotes the literal itself.
  const { rows } = await query(
    `SELECT format('${verb} ROLE ${role} LOGIN PASSWORD %L CONNECTION LIMIT %s', $1::text,
       greatest($2::int, floor(current_setting('max_connections')::int * $3::float8)::int)) AS sql`,
    [password, fewestConnections, connectionShares[role] ?? 0],
  );
  await query(String(rows[0]?.['sql']));
}
