import { DatabaseError } from './database.errors.js';

/** As much of a zod schema as is used here. */
export interface RowSchema<Row> {
  parse(row: unknown): Row;
}

/**
 * The rows of a statement, each checked once, where it enters the process. One that is not as described is a fault of this build
 * or of its schema, never of the data of one request: DatabaseError of that kind, which names the column.
 */
export function readRows<Row>(schema: RowSchema<Row>, rows: readonly unknown[]): Row[] {
  try {
    return rows.map((row) => schema.parse(row));
  } catch (cause) {
    throw new DatabaseError('fault', null, `a row is not as it is described: ${columnsOf(cause)}`, { cause });
  }
}

/** Where there is at most one row, or where only the first counts. */
export const readRow = <Row>(schema: RowSchema<Row>, rows: readonly unknown[]): Row | null =>
  readRows(schema, rows.slice(0, 1))[0] ?? null;

/** Names and what was expected; values stay in the cause. */
function columnsOf(cause: unknown): string {
  const issues = (cause as { issues?: unknown } | null)?.issues;
  if (!Array.isArray(issues)) return 'without a reason';
  return issues
    .map(({ path, message }: { path: readonly PropertyKey[]; message: string }) =>
      [path.map(String).join('.'), message].join(': '),
    )
    .join('; ');
}
