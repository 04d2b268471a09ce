import { defaultSettings } from '@sluice/contracts';
import { readRow, readRows, type Database, type Query } from '@sluice/database';
import { z } from 'zod';
import { endHold, heldColumns, heldRowSchema, insertRefusal, type HeldRow } from './insert-refusal.js';

const maxRows = 100;
const defaults = JSON.stringify({ expiredHeldMail: defaultSettings.expiredHeldMail });
/** Who the audit log and the list say it was. */
const noOne = 'retention';

const lockedRowSchema = z.object({ object_key: z.string() });
const choiceRowSchema = z.object({ choice: z.string() });

/**
 * Ends holds that no operator ends: of mail that arrived, and of mail past its retention. Whether the sender of the latter is
 * told is a setting; the null sender never is. The object stays until it was told, then retention takes it.
 */
export class EndHolds {
  constructor(private readonly database: Database) {}

  /** True: there may be more. */
  async end(): Promise<boolean> {
    await this.settle();
    return this.expire();
  }

  /** Arrived is what releases brought to each recipient, since it is held. */
  private async settle(): Promise<void> {
    await this.database.query(
      `UPDATE ledger.kept_objects k SET hold = 'released', hold_at = clock_timestamp()
       WHERE k.hold = 'held' AND EXISTS (
         SELECT FROM ledger.releases r
         WHERE r.submission_id = k.submission_id AND r.state = 'delivered' AND r.form <> 'refusal'
           AND r.created_at >= k.hold_at)
       AND NOT EXISTS (
         SELECT FROM jsonb_array_elements_text(k.rcpt_to) x WHERE NOT EXISTS (
           SELECT FROM ledger.releases r CROSS JOIN jsonb_array_elements(r.answers) a
           WHERE r.submission_id = k.submission_id AND r.form <> 'refusal' AND r.created_at >= k.hold_at
             AND a ->> 'recipient' = x AND a ->> 'outcome' = 'taken'))`,
    );
  }

  private expire(): Promise<boolean> {
    return this.database.transaction(async (query) => {
      const rows = await lockDue(query);
      if (rows.length === 0) return false;
      const isTold = await sendersAreTold(query);
      const told = rows.filter((row) => isTold && (row.mail_from ?? '') !== '');
      for (const row of told) await insertRefusal(query, row, noOne);
      await endHold(
        query,
        rows.map((row) => row.object_key),
        'expired',
      );
      await noteInAudit(query, rows, told);
      // Fewer when one was released meanwhile: then the next turn finds the rest.
      return rows.length === maxRows;
    });
  }
}

async function lockDue(query: Query): Promise<HeldRow[]> {
  const lockedAnswer = await query(
    `SELECT object_key FROM ledger.kept_objects k
     WHERE hold = 'held' AND kept_until < clock_timestamp() AND (held_until IS NULL OR held_until < clock_timestamp())
       AND NOT EXISTS (SELECT FROM ledger.releases r WHERE r.submission_id = k.submission_id AND r.state = 'waiting')
     ORDER BY object_key LIMIT $1 FOR UPDATE OF k SKIP LOCKED`,
    [maxRows],
  );
  const locked = readRows(lockedRowSchema, lockedAnswer.rows);
  if (locked.length === 0) return [];
  // A statement of its own: it sees what was committed until the lock.
  const { rows } = await query(
    `SELECT ${heldColumns} FROM ledger.kept_objects k WHERE k.object_key = ANY ($1) AND k.hold = 'held'`,
    [locked.map((row) => row.object_key)],
  );
  return readRows(heldRowSchema, rows).filter((row) => !row.is_busy);
}

async function sendersAreTold(query: Query): Promise<boolean> {
  const { rows } = await query(`SELECT ledger.settings($1) ->> 'expiredHeldMail' AS choice`, [defaults]);
  return readRow(choiceRowSchema, rows)?.choice !== 'delete';
}

async function noteInAudit(query: Query, rows: readonly HeldRow[], told: readonly HeldRow[]): Promise<void> {
  const ids = rows.map((row) => row.submission_id);
  const after = { ids, sendersTold: told.map((row) => row.submission_id) };
  await query('SELECT registry.note_expired_holds($1, $2)', [
    ids.length === 1 ? `scan ${ids[0] ?? ''}` : `${ids.length} scans`,
    JSON.stringify(after),
  ]);
}
