import { ledgerRpc, type changeAlertsRequestSchema } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { appendAudit, type AuditedChange } from '../audit-changes/append-audit.js';

export type AlertsChange = z.infer<typeof changeAlertsRequestSchema>;

/**
 * The same change to many alerts in one transaction, each with an entry in its own log as if it were changed alone.
 * Answers how many differed before; with a comment all of them do. Locked in the order of ids, so that two operators
 * at work on overlapping sets wait for each other instead of ending in a deadlock; the second one finds what the first
 * one made of them, and with `ifState` leaves it so.
 */
export function changeAlerts(
  database: Database,
  change: AlertsChange,
): Promise<{ changed: number; left: number }> {
  return database.transaction(async (query) => {
    const { rows } = await query(lockAlerts, [change.alertIds, change.ifState ?? null]);
    const meant = readRows(lockedSchema, rows).flatMap(({ id, isMeant }) => (isMeant ? [id] : []));
    const { rowCount } = await query(changeAndLog, [
      meant,
      change.operator,
      change.state ?? null,
      change.assignee !== undefined,
      change.assignee ?? null,
      change.comment ?? null,
      change.disposition !== undefined,
      change.disposition ?? null,
    ]);
    if (rowCount > 0) await appendAudit(query, change.changeId, entryOf(change, rowCount));
    return { changed: rowCount, left: rows.length - meant.length };
  });
}

/** What each alert was before is in its own log. */
function entryOf(
  { alertIds, state, assignee, disposition, comment }: AlertsChange,
  changed: number,
): AuditedChange {
  return {
    action: ledgerRpc.changeAlerts.action,
    target: `alerts ${Math.min(...alertIds)} to ${Math.max(...alertIds)}`,
    before: { ids: alertIds },
    // Absent ones vanish in JSON.
    after: { state, assignee, disposition, comment, changed },
  };
}

const lockedSchema = z.object({ id: z.coerce.number(), isMeant: z.boolean() });
const lockAlerts = `
  SELECT id, coalesce(state = $2, true) AS "isMeant" FROM ledger.alerts WHERE id = ANY ($1) ORDER BY id FOR UPDATE`;

const changeAndLog = `
  WITH asked AS (
    SELECT id, state AS state_before, coalesce($3, state) AS state_after, assignee AS assignee_before,
      CASE WHEN $4 THEN $5 ELSE assignee END AS assignee_after, disposition AS disposition_before,
      CASE WHEN coalesce($3, state) = 'closed' THEN CASE WHEN $7 THEN $8 ELSE disposition END END AS disposition_after
    FROM ledger.alerts WHERE id = ANY ($1)
  ), differing AS (
    SELECT *, state_after <> state_before AS has_state, assignee_after IS DISTINCT FROM assignee_before AS has_assignee,
      disposition_after IS DISTINCT FROM disposition_before AS has_disposition
    FROM asked
    WHERE state_after <> state_before OR assignee_after IS DISTINCT FROM assignee_before
      OR disposition_after IS DISTINCT FROM disposition_before OR coalesce($6, '') <> ''
  ), changed AS (
    UPDATE ledger.alerts a SET state = d.state_after, assignee = d.assignee_after, disposition = d.disposition_after,
      changed_at = clock_timestamp()
    FROM differing d WHERE a.id = d.id
  )
  INSERT INTO ledger.alert_log (alert_id, at, operator, state_before, state_after, assignee_before, assignee_after,
    disposition_before, disposition_after, comment)
  SELECT id, clock_timestamp(), $2, CASE WHEN has_state THEN state_before END, CASE WHEN has_state THEN state_after END,
    CASE WHEN has_assignee THEN assignee_before END, CASE WHEN has_assignee THEN assignee_after END,
    CASE WHEN has_disposition THEN disposition_before END, CASE WHEN has_disposition THEN disposition_after END, $6
  FROM differing ORDER BY id`;
