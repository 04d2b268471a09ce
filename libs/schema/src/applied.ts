import type { SqlFiles, VersionedFile } from './sql-files.js';

/** Runs one statement, or several without values. */
export type Query = (sql: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

/** Where migrate notes what it did. Every service's role may read it. */
export const bookkeepingSchema = 'migrations';

/** 0.1.0 noted a migration under a time stamp that ends with its number, and looks for the highest to this day. */
const timestampOf = (number: number): number => 1_763_700_000_000 + number;
const numberOf = (timestamp: unknown): number => Number(timestamp) % 10_000;

const bookkeeping = `
CREATE SCHEMA IF NOT EXISTS migrations;
CREATE TABLE IF NOT EXISTS migrations.applied (
  id serial PRIMARY KEY,
  "timestamp" bigint NOT NULL,
  name character varying NOT NULL
);
-- Null for what 0.1.0 applied, which noted none.
ALTER TABLE migrations.applied ADD COLUMN IF NOT EXISTS sha256 text;
-- Digests of the functions and views, newest last. Going back to an earlier one removes those after it.
CREATE TABLE IF NOT EXISTS migrations.repeatable (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

export interface Applied {
  /** Number and, when it was noted, content of each versioned migration this database has. */
  readonly versioned: ReadonlyMap<number, { readonly name: string; readonly sha256: string | null }>;
  /** Digests of functions and views, oldest first; the last one is what stands. */
  readonly digests: readonly string[];
}

export async function ensureBookkeeping(query: Query): Promise<void> {
  await query(bookkeeping);
}

export async function readApplied(query: Query): Promise<Applied> {
  const versioned = await query('SELECT "timestamp", name, sha256 FROM migrations.applied');
  const repeatable = await query('SELECT digest FROM migrations.repeatable ORDER BY position');
  return {
    versioned: new Map(
      versioned.rows.map((row) => [
        numberOf(row['timestamp']),
        { name: String(row['name']), sha256: row['sha256'] === null ? null : String(row['sha256']) },
      ]),
    ),
    digests: repeatable.rows.map((row) => String(row['digest'])),
  };
}

export async function noteVersioned(query: Query, { number, name, sha256 }: VersionedFile): Promise<void> {
  await query('INSERT INTO migrations.applied ("timestamp", name, sha256) VALUES ($1, $2, $3)', [
    timestampOf(number),
    name,
    sha256,
  ]);
}

export async function noteRepeatable(query: Query, digest: string): Promise<void> {
  await query(
    `DELETE FROM migrations.repeatable
     WHERE position >= (SELECT position FROM migrations.repeatable WHERE digest = $1)`,
    [digest],
  );
  await query('INSERT INTO migrations.repeatable (digest) VALUES ($1)', [digest]);
}

/** What this build brings and the database lacks. Gaps are filled: branches take numbers beside each other. */
export const pendingOf = (files: SqlFiles, applied: Applied): VersionedFile[] =>
  files.versioned.filter(({ number }) => !applied.versioned.has(number));
