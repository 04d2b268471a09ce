import type { Database } from '@sluice/database';

/** What statements run on: the pool, or the client of a transaction. */
export type Queryable = Pick<Database, 'query'>;

export const inTransaction = <Result>(
  database: Database,
  work: (tx: Queryable) => Promise<Result>,
): Promise<Result> => database.transaction((query) => work({ query }));

/**
 * Raises the registry's revision and holds its row until the transaction ends. First statement of every change
 * gateways and scanners must hear of: such changes are serial, revisions follow the order of commits, and what the
 * transaction reads afterwards cannot be changed by another one.
 */
export async function raiseRevision(tx: Queryable): Promise<number> {
  const { rows } = await tx.query<{ value: number }>(
    'UPDATE registry.revision SET value = value + 1 RETURNING value',
  );
  const value = rows[0]?.value;
  if (value === undefined) throw new Error('registry.revision has no row');
  return value;
}

/**
 * Makes those who add certificates wait for each other until their transactions end: the bounds of pending requests
 * are counted, and a pair has one row. Taken after the revision where both are.
 */
export const lockRequests = `SELECT pg_advisory_xact_lock(hashtextextended('registry.requests', 0))`;
