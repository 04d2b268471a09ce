import type { AuditActor } from '@sluice/contracts';
import type { Query } from '@sluice/database';

export interface AuditedChange {
  /** `<resource>.<verb>`, as the console names it too. */
  readonly action: string;
  readonly target: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Writes the audit entry of a change into the transaction that makes it, as its last statement: the audit log is held
 * until the commit. Without an actor the console that asked is older than this rule and writes the entry itself.
 */
export async function appendAudit(
  query: Query,
  actor: AuditActor | undefined,
  { action, target, before, after }: AuditedChange,
): Promise<void> {
  if (actor === undefined) return;
  const toJson = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await query('SELECT registry.append_audit($1, $2, $3, $4, $5, $6, $7)', [
    actor.name,
    actor.kind,
    actor.address,
    action,
    target,
    toJson(before),
    toJson(after),
  ]);
}
