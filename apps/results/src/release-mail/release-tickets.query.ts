import { domainToASCII } from 'node:url';
import { readRow, type Query } from '@sluice/database';
import { z } from 'zod';

export interface TicketsOf {
  readonly releaseId: string;
  readonly objectKey: string;
  readonly form: 'original' | 'attachment';
  readonly recipients: readonly string[];
  readonly operatorKind: 'operator' | 'token';
}

const minutesSchema = z.object({ minutes: z.int() });

/** 0: released mail goes where no sensor is asked, and tickets would be doors that no one needs. */
export async function ticketMinutes(query: Query): Promise<number> {
  const { rows } = await query('SELECT ledger.release_ticket_minutes() AS minutes');
  return readRow(minutesSchema, rows)?.minutes ?? 0;
}

/**
 * Has mail sensors let a release through, before anyone sends it. None for what came by another way than a mail sensor, or has
 * no digest because it was kept before there were any: it may still be released as attachment.
 */
export async function writeTickets(query: Query, tickets: TicketsOf): Promise<void> {
  const { releaseId, objectKey, form, recipients, operatorKind } = tickets;
  await query(
    `INSERT INTO ledger.release_tickets (release_id, recipient, registration_id, digest, operator_kind)
     SELECT DISTINCT $1::uuid, lower(r.address), k.registration_id, CASE WHEN $3 = 'original' THEN k.mail_digest END, $4::text
     FROM ledger.kept_objects k CROSS JOIN unnest($5::text[]) AS r (address)
     WHERE k.object_key = $2 AND k.is_mail AND ($3 = 'attachment' OR k.mail_digest IS NOT NULL)`,
    [releaseId, objectKey, form, operatorKind, recipients.flatMap(spellings)],
  );
}

/** Of mail that is deleted from quarantine: no release of it is let through any more. */
export async function withdrawTickets(query: Query, submissionIds: readonly string[]): Promise<void> {
  await query(
    `DELETE FROM ledger.release_tickets t USING ledger.releases r
     WHERE r.submission_id = ANY ($1) AND t.release_id = r.id`,
    [submissionIds],
  );
}

/** A client of SMTP writes a domain of other letters in ASCII (IDNA). */
function spellings(recipient: string): string[] {
  const at = recipient.lastIndexOf('@');
  const domain = domainToASCII(recipient.slice(at + 1));
  return at < 0 || domain === '' ? [recipient] : [recipient, `${recipient.slice(0, at)}@${domain}`];
}
