import { ledgerRpc, type QuarantineOutcome, type refuseHeldRequestSchema } from '@sluice/contracts';
import { readRows, type Database, type Query } from '@sluice/database';
import type { z } from 'zod';
import { appendAudit } from '../audit-changes/append-audit.js';
import { withdrawTickets } from '../release-mail/release-tickets.query.js';
import {
  endHold,
  heldColumns,
  heldRowSchema,
  insertRefusal,
  undeliveredOf,
  type HeldRow,
} from './insert-refusal.js';

export type RefuseHeldRequest = z.infer<typeof refuseHeldRequestSchema>;

/** Held mail that an operator does not let through: its sender is told, as its own server would have told it. */
export class RefuseHeld {
  constructor(private readonly database: Database) {}

  refuse(request: RefuseHeldRequest): Promise<QuarantineOutcome[]> {
    return this.database.transaction(async (query) => {
      const rows = await lockHeld(query, request.submissionIds);
      const outcomes = request.submissionIds.map((id) => outcomeOf(rows.get(id)));
      const refused = request.submissionIds.flatMap((id, at) =>
        outcomes[at] === 'done' ? (rows.get(id) ?? []) : [],
      );
      for (const row of refused) await insertRefusal(query, row, request.operator);
      await endHold(
        query,
        refused.map((row) => row.object_key),
        'refused',
      );
      await withdrawTickets(
        query,
        refused.map((row) => row.submission_id),
      );
      await audit(query, request, refused);
      return outcomes;
    });
  }
}

/** Locked first and looked at then: a statement of its own sees what was committed while it waited. */
async function lockHeld(
  query: Query,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, HeldRow>> {
  await query(
    'SELECT FROM ledger.kept_objects WHERE submission_id = ANY ($1) ORDER BY object_key FOR UPDATE',
    [submissionIds],
  );
  const { rows } = await query(
    `SELECT ${heldColumns} FROM ledger.kept_objects k WHERE k.submission_id = ANY ($1)`,
    [submissionIds],
  );
  return new Map(readRows(heldRowSchema, rows).map((row) => [row.submission_id, row]));
}

function outcomeOf(row: HeldRow | undefined): QuarantineOutcome {
  if (row === undefined) return 'not-found';
  if (row.hold !== 'held' || undeliveredOf(row).length === 0) return 'not-held';
  if (row.is_busy) return 'conflict';
  return (row.mail_from ?? '') === '' ? 'no-sender' : 'done';
}

/** None for what changed nothing. */
async function audit(
  query: Query,
  { changeId, comment }: RefuseHeldRequest,
  refused: readonly HeldRow[],
): Promise<void> {
  const ids = refused.map((row) => row.submission_id);
  const [first] = ids;
  if (first === undefined) return;
  await appendAudit(query, changeId, {
    action: ledgerRpc.refuseHeld.action,
    target: ids.length === 1 ? `scan ${first}` : `${ids.length} scans`,
    after: { ids, comment },
  });
}
