import type { Query } from '@sluice/database';

export interface AuditedChange {
  /** The one that was announced, or the entry and the change are refused. */
  readonly action: string;
  readonly target: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Writes the audit entry of a change into the transaction that makes it, as its last statement: the audit log is held
 * until the commit. Who asked stands in the database, where the console wrote it under `changeId`; it is used up here,
 * so that a request that comes twice is carried out once.
 */
export async function appendAudit(
  query: Query,
  changeId: string,
  { action, target, before, after }: AuditedChange,
): Promise<void> {
  const toJson = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await query('SELECT registry.append_ledger_audit($1, $2, $3, $4, $5)', [
    changeId,
    action,
    target,
    toJson(before),
    toJson(after),
  ]);
}
