import { randomUUID } from 'node:crypto';
import {
  ledgerRpc,
  mostKnownRecipients,
  type deleteKeptRequestSchema,
  type QuarantineOutcome,
  type releaseMailRequestSchema,
} from '@sluice/contracts';
import { readRows, type Database, type Query } from '@sluice/database';
import type { ObjectStore } from '@sluice/object-store';
import type { Logger } from '@sluice/runtime';
import { z } from 'zod';
import type { SharedFiles } from '../sweep-groups/copy-out.service.js';
import { appendAudit } from '../audit-changes/append-audit.js';
import { ticketMinutes, withdrawTickets, writeTickets, type TicketsOf } from './release-tickets.query.js';

export type ReleaseMailRequest = z.infer<typeof releaseMailRequestSchema>;
export type DeleteKeptRequest = z.infer<typeof deleteKeptRequestSchema>;

/** Longer than a notifier tries (three days), so that no release waits for an object that is gone. */
const heldFor = '4 days';

const keptRowSchema = z.object({
  object_key: z.string(),
  submission_id: z.string(),
  object_type: z.string().nullable(),
  sha256: z.string().nullable(),
  mail_from: z.string().nullable(),
  rcpt_to: z.array(z.string()),
  mail: z.object({ subject: z.string().nullable() }).nullable(),
  is_held: z.boolean(),
  is_detected_since: z.boolean(),
  is_busy: z.boolean(),
  /** Recipients whose servers took it in the same form: of held mail, since it is held. */
  taken: z.array(z.string()),
});
type KeptRow = z.infer<typeof keptRowSchema>;

/**
 * What operators do with quarantine. Each request is one transaction with its audit entry; rows are locked in the order of
 * their keys, and a row that is locked is neither deleted by retention nor released twice.
 */
export class ReleaseMail {
  constructor(
    private readonly database: Database,
    private readonly store: Pick<ObjectStore, 'delete' | 'deleteSealed'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly shared: SharedFiles,
  ) {}

  /** Writes down what notifiers are to send. Twice asked is once sent: what is on its way is a conflict. */
  async release(request: ReleaseMailRequest): Promise<QuarantineOutcome[]> {
    // Notifiers read it whenever its receiver takes it: of a file of its own. One that could not be copied is a conflict.
    await this.shared.ofSubmissions(request.submissionIds);
    return this.database.transaction(async (query) => {
      const rows = await lockRows(query, request.submissionIds, request.form);
      const outcomes = request.submissionIds.map((id) => releaseOutcome(rows.get(id), request));
      const released = request.submissionIds.filter((_, at) => outcomes[at] === 'done');
      const minutes = await ticketMinutes(query);
      for (const id of released) {
        const written = await insertRelease(query, rows.get(id), request);
        if (written !== null && minutes > 0) await writeTickets(query, { ...request, ...written });
      }
      await audit(query, request, {
        action: ledgerRpc.releaseMail.action,
        ids: released,
        ...(minutes > 0 && { ticketMinutes: minutes }),
      });
      return outcomes;
    });
  }

  /** The row goes first: a crash before its object is gone leaves an orphan, which is swept. */
  async delete(request: DeleteKeptRequest): Promise<QuarantineOutcome[]> {
    const keys: string[] = [];
    const outcomes = await this.database.transaction(async (query) => {
      // A scan again needs the object, and takes this lock to say so.
      await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
      const rows = await lockRows(query, request.submissionIds, 'delete');
      const all = request.submissionIds.map((id) => deleteOutcome(rows.get(id)));
      const deleted = request.submissionIds.filter((_, at) => all[at] === 'done');
      keys.push(...deleted.flatMap((id) => rows.get(id)?.object_key ?? []));
      await query('DELETE FROM ledger.kept_objects WHERE object_key = ANY ($1)', [keys]);
      await withdrawTickets(query, deleted);
      // Of these no one else has the mail, and its sender believes that it arrived.
      const held = deleted.filter((id) => rows.get(id)?.is_held);
      await audit(query, request, { action: ledgerRpc.deleteKept.action, ids: deleted, held });
      return all;
    });
    for (const key of keys) {
      this.shared.note(key);
      await Promise.all([this.store.delete(key), this.store.deleteSealed(key)]).catch((err: unknown) =>
        this.logger.warn({ err }, 'object not deleted, left to the orphan sweep'),
      );
    }
    return outcomes;
  }
}

/** Locked first and looked at then: a statement of its own sees what was committed while it waited. */
async function lockRows(
  query: Query,
  submissionIds: readonly string[],
  use: ReleaseMailRequest['form'] | 'delete',
): Promise<ReadonlyMap<string, KeptRow>> {
  await query(
    'SELECT FROM ledger.kept_objects WHERE submission_id = ANY ($1) ORDER BY object_key FOR UPDATE',
    [submissionIds],
  );
  const { rows } = await query(
    `SELECT k.object_key, k.submission_id, k.object_type, k.sha256, k.mail_from, k.rcpt_to, k.mail,
       k.hold IS NOT DISTINCT FROM 'held' AS is_held,
       k.state <> 'detect' AND k.newest ->> 'state' IS NOT DISTINCT FROM 'detect' AS is_detected_since,
       EXISTS (SELECT FROM ledger.releases r WHERE r.submission_id = k.submission_id AND r.state = 'waiting')
       OR (NOT $2 AND ledger.group_of(k.object_key) IS NOT NULL)
       OR ($2 AND EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = k.object_key AND s.state = 'processing'))
         AS is_busy,
       ARRAY(SELECT DISTINCT a ->> 'recipient' FROM ledger.releases r CROSS JOIN jsonb_array_elements(r.answers) a
         WHERE r.submission_id = k.submission_id AND r.form = $3 AND a ->> 'outcome' = 'taken'
           AND (k.hold IS DISTINCT FROM 'held' OR r.created_at >= k.hold_at)) AS taken
     FROM ledger.kept_objects k WHERE k.submission_id = ANY ($1)`,
    [submissionIds, use === 'delete', use],
  );
  return new Map(readRows(keptRowSchema, rows).map((row) => [row.submission_id, row]));
}

function releaseOutcome(
  row: KeptRow | undefined,
  { to, detectedSince }: ReleaseMailRequest,
): QuarantineOutcome {
  if (row === undefined) return 'not-found';
  if (row.object_type !== 'email' || row.sha256 === null) return 'not-mail';
  if (row.is_busy) return 'conflict';
  if (row.is_detected_since && detectedSince !== true) return 'detected-since';
  const isKnown = row.rcpt_to.length > 0 && row.rcpt_to.length < mostKnownRecipients;
  return to === null && !isKnown ? 'no-recipients' : 'done';
}

function deleteOutcome(row: KeptRow | undefined): QuarantineOutcome {
  if (row === undefined) return 'not-found';
  return row.is_busy ? 'conflict' : 'done';
}

/** Who has it already is not sent it once more for the others' sake; all are, when all have it and it is asked for again. */
function leftOf({ rcpt_to, taken }: KeptRow): string[] {
  const all = [...new Set(rcpt_to)];
  const left = all.filter((one) => !taken.includes(one));
  return left.length > 0 ? left : all;
}

async function insertRelease(
  query: Query,
  row: KeptRow | undefined,
  { form, to, operator }: ReleaseMailRequest,
): Promise<Pick<TicketsOf, 'releaseId' | 'objectKey' | 'recipients'> | null> {
  if (row === undefined) return null;
  const releaseId = randomUUID();
  const recipients = to === null ? leftOf(row) : [to];
  await query(
    `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, subject, recipients, pending,
       operator, created_at, due_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, clock_timestamp(), clock_timestamp())`,
    [
      ...[releaseId, row.submission_id, row.object_key, row.sha256, form, row.mail_from ?? ''],
      ...[row.mail?.subject ?? null, recipients, operator],
    ],
  );
  await query(
    `UPDATE ledger.kept_objects SET held_until = clock_timestamp() + $2::interval WHERE object_key = $1`,
    [row.object_key, heldFor],
  );
  return { releaseId, objectKey: row.object_key, recipients };
}

interface AuditedIds {
  readonly action: string;
  readonly ids: readonly string[];
  readonly held?: readonly string[];
  readonly ticketMinutes?: number;
}

/** None for what changed nothing. */
async function audit(
  query: Query,
  request: DeleteKeptRequest & Partial<Pick<ReleaseMailRequest, 'form' | 'to'>>,
  { action, ids, held = [], ...more }: AuditedIds,
): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  const { form, to, comment } = request;
  await appendAudit(query, request.changeId, {
    action,
    target: ids.length === 1 ? `scan ${first}` : `${ids.length} scans`,
    // Absent ones vanish in JSON.
    after: { ids, ...(held.length > 0 && { held }), form, to, comment, ...more },
  });
}
