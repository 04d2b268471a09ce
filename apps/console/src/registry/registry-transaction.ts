import { readRow, type Database, type DatabaseError, type Query } from '@sluice/database';
import { QueryFailedError, type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { z } from 'zod';

const valueRowSchema = z.object({ value: z.int() });

/** What statements of our own run on: the pool, or a transaction. */
export type Queryable = Pick<Database, 'query'>;

/** Repositories and statements of our own on one connection. */
export interface Transaction extends Queryable {
  readonly entities: EntityManager;
}

/** Rejects with what `work` rejects with; of the database's errors with a DatabaseError. */
export async function inTransaction<Result>(
  dataSource: DataSource,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await dataSource.transaction((entities) =>
      work({ entities, query: queryOf(entities.queryRunner) }),
    );
  } catch (error) {
    throw databaseErrorOf(error);
  }
}

/** TypeORM wraps what the database said; services and the API's edge know our errors alone. */
export const databaseErrorOf = (error: unknown): unknown =>
  error instanceof QueryFailedError ? (error.driverError as DatabaseError) : error;

function queryOf(runner: QueryRunner | undefined): Query {
  if (runner === undefined) throw new Error('the entity manager of a transaction has no connection');
  return async <Row>(text: string, values: readonly unknown[] = []) => {
    try {
      const { records, affected } = await runner.query(text, [...values], true);
      return { rows: records as Row[], rowCount: affected ?? 0 };
    } catch (error) {
      throw databaseErrorOf(error);
    }
  };
}

/**
 * Raises the registry's revision and holds its row until the transaction ends. First statement of every change
 * gateways and scanners must hear of: such changes are serial, revisions follow the order of commits, and what the
 * transaction reads afterwards cannot be changed by another one.
 */
export async function raiseRevision(tx: Queryable): Promise<number> {
  const answer = await tx.query('UPDATE registry.revision SET value = value + 1 RETURNING value');
  const value = readRow(valueRowSchema, answer.rows)?.value;
  if (value === undefined) throw new Error('registry.revision has no row');
  return value;
}

/**
 * Makes those who add certificates wait for each other until their transactions end: the bounds of pending requests
 * are counted, and a pair has one row. Taken after the revision where both are.
 */
export const lockRequests = `SELECT pg_advisory_xact_lock(hashtextextended('registry.requests', 0))`;
