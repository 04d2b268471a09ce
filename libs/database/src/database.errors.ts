/**
 * | kind        | SQLSTATE                                            | what to do                              |
 * |-------------|-----------------------------------------------------|-----------------------------------------|
 * | data        | 21, 22, 23                                          | split the batch; the rejected item is refused |
 * | unavailable | 08, 40, 53, 55, 57, 58, 25006, 25P03, no answer     | retry the whole; the outcome is unknown |
 * | fault       | everything else                                     | a bug or a wrong set-up; retrying won't help |
 */
export type DatabaseErrorKind = 'data' | 'unavailable' | 'fault';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  constructor(
    readonly kind: DatabaseErrorKind,
    /** Five characters; null when the server said nothing. */
    readonly sqlState: string | null,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get isRetryable(): boolean {
    return this.kind === 'unavailable';
  }
}

const dataClasses = new Set(['21', '22', '23']);
const unavailableClasses = new Set(['08', '40', '53', '55', '57', '58']);
/** The server ended a transaction that stood still (our process was frozen), or became a standby that only reads. */
const unavailableStates = new Set(['25P03', '25006']);

export function toDatabaseError(cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const sqlState = sqlStateOf(cause);
  // The server's message may quote data, so it stays in the cause, which only debug logs show.
  return new DatabaseError(kindOf(sqlState), sqlState, `database error ${sqlState ?? 'without state'}`, {
    cause,
  });
}

export const timedOut = (what: string): DatabaseError =>
  new DatabaseError('unavailable', null, `database: ${what} took too long`);

function sqlStateOf(cause: unknown): string | null {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : null;
}

function kindOf(sqlState: string | null): DatabaseErrorKind {
  if (sqlState === null || unavailableStates.has(sqlState)) return 'unavailable';
  const errorClass = sqlState.slice(0, 2);
  if (dataClasses.has(errorClass)) return 'data';
  return unavailableClasses.has(errorClass) ? 'unavailable' : 'fault';
}
