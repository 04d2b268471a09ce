import { z } from 'zod';
import { appendAudit } from '../audit-changes/append-audit.js';
import {
  alertDispositions,
  alertStates,
  ledgerRpc,
  type AlertDisposition,
  type AlertState,
  type changeAlertRequestSchema,
} from '@sluice/contracts';
import { readRow, type Database } from '@sluice/database';

export type AlertChange = z.infer<typeof changeAlertRequestSchema>;

const alertRowSchema = z.object({
  state: z.enum(alertStates),
  assignee: z.string().nullable(),
  disposition: z.enum(alertDispositions).nullable(),
});
type AlertRow = z.infer<typeof alertRowSchema>;

/** Changes what the request names, with an entry in the alert's log; nothing named that differs and no comment: no entry. */
export function changeAlert(
  database: Database,
  change: AlertChange,
): Promise<'done' | 'not-found' | 'conflict'> {
  return database.transaction(async (query) => {
    const { rows } = await query(
      'SELECT state, assignee, disposition FROM ledger.alerts WHERE id = $1 FOR UPDATE',
      [change.alertId],
    );
    const before = readRow(alertRowSchema, rows);
    if (before === null) return 'not-found';
    if (change.ifState !== undefined && change.ifState !== before.state) return 'conflict';
    const state = change.state ?? before.state;
    const assignee = change.assignee === undefined ? before.assignee : change.assignee;
    const hasState = state !== before.state;
    const hasAssignee = assignee !== before.assignee;
    const disposition = dispositionAfter(before, change, state);
    const hasDisposition = disposition !== before.disposition;
    if (!hasState && !hasAssignee && !hasDisposition && (change.comment ?? '') === '') return 'done';
    await query(
      'UPDATE ledger.alerts SET state = $2, assignee = $3, disposition = $4, changed_at = clock_timestamp() WHERE id = $1',
      [change.alertId, state, assignee, disposition],
    );
    await query(
      `INSERT INTO ledger.alert_log (alert_id, at, operator, state_before, state_after, assignee_before, assignee_after,
         disposition_before, disposition_after, comment)
       VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        change.alertId,
        change.operator,
        hasState ? before.state : null,
        hasState ? state : null,
        hasAssignee ? before.assignee : null,
        hasAssignee ? assignee : null,
        hasDisposition ? before.disposition : null,
        hasDisposition ? disposition : null,
        change.comment ?? null,
      ],
    );
    await appendAudit(query, change.changeId, {
      action: ledgerRpc.changeAlert.action,
      target: `alert ${change.alertId}`,
      before: {
        state: before.state,
        assignee: before.assignee,
        ...(hasDisposition ? { disposition: before.disposition } : {}),
      },
      after: {
        state,
        assignee,
        ...(hasDisposition ? { disposition } : {}),
        ...(change.comment === undefined ? {} : { comment: change.comment }),
      },
    });
    return 'done';
  });
}

/** An open alert has none, whatever it was called while it was closed. */
function dispositionAfter(before: AlertRow, change: AlertChange, state: AlertState): AlertDisposition | null {
  if (state !== 'closed') return null;
  return change.disposition === undefined ? before.disposition : change.disposition;
}
