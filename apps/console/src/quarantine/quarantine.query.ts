import { Inject, Injectable } from '@nestjs/common';
import type { Quarantined, Release } from '@sluice/console-api';
import type { QuarantineQuery as ListQuery } from '@sluice/console-api/requests';
import { holdStates, objectTypes, scanStates, systemTypes } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { Conditions, containing } from '../lists/conditions.js';
import { idCursorSchema, readCursor, toPage } from '../lists/list-page.js';
import { rescannedOf, storedRescanSchema } from '../lists/rescanned-of.js';
import { storedObject } from '../lists/stored-object.js';

const quarantineRowSchema = z.object({
  seq: z.int(),
  submission_id: z.string(),
  registration_id: z.string(),
  sensor_id: z.string(),
  system_name: z.string().nullable(),
  type: z.enum(systemTypes),
  state: z.enum(scanStates),
  reason: z.string().nullable(),
  names: z.array(z.string()),
  object_name: z.string().nullable(),
  object_type: z.enum(objectTypes),
  size_bytes: z.int(),
  sha256: z.string(),
  mail_from: z.string().nullable(),
  rcpt_to: z.array(z.string()),
  named_rcpt_to: z.array(z.string()),
  mail: storedObject<{ readonly subject?: string | null }>().nullable(),
  kept_at: z.date(),
  kept_until: z.date(),
  hold: z.enum(holdStates).nullable(),
  hold_at: z.date().nullable(),
  newest: storedRescanSchema,
  alert_id: z.int().nullable(),
  release: storedObject<Release>().nullable(),
});
type QuarantineRow = z.infer<typeof quarantineRowSchema>;

const selectQuarantine = `
  SELECT k.seq, k.submission_id, k.registration_id, k.sensor_id,
         CASE WHEN k.type = 'mail' THEN NULL ELSE r.name END AS system_name, k.type, k.state, k.reason, k.names,
         k.object_name, k.object_type, k.size_bytes, k.sha256, k.mail_from, k.rcpt_to, k.named_rcpt_to, k.mail, k.kept_at, k.kept_until,
         k.hold, k.hold_at, k.newest, k.alert_id, k.release
  FROM ledger.quarantine_list k LEFT JOIN registry.registrations r ON r.id = k.registration_id`;

@Injectable()
export class QuarantineQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(query: ListQuery) {
    const conditions = new Conditions()
      .add('k.seq < ?', readCursor(query.cursor, idCursorSchema)?.[0])
      .add('k.type = ?', query.type)
      .add('k.state = ?', query.state)
      .add('k.hold = ?', query.hold)
      .add('k.reason = ?', query.reason)
      .add('k.sensor_id = ?', query.sensorId)
      .add('k.mail_from ILIKE ?', containing(query.sender))
      .add(
        'EXISTS (SELECT FROM jsonb_array_elements_text(k.named_rcpt_to) x WHERE x ILIKE ?)',
        containing(query.recipient),
      )
      .add(`k.mail ->> 'subject' ILIKE ?`, containing(query.subject))
      .add('k.kept_at >= ?', query.from)
      .add('k.kept_at < ?', query.until);
    search(conditions, query.q);
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `${selectQuarantine} ${conditions.where} ORDER BY k.seq DESC LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(quarantineRowSchema, answer.rows);
    return toPage(rows, query.limit, { item: toItem, keys: (row) => [row.seq] });
  }

  /** Of these scans, those whose object is kept. */
  async itemsOf(scans: readonly string[]): Promise<ReadonlyMap<string, Quarantined>> {
    if (scans.length === 0) return new Map();
    const answer = await this.database.query(`${selectQuarantine} WHERE k.submission_id = ANY ($1)`, [scans]);
    const rows = readRows(quarantineRowSchema, answer.rows);
    return new Map(rows.map((row) => [row.submission_id, toItem(row)]));
  }
}

/**
 * Blind recipients are found by no one: who guesses their address would know it. There are as many rows as objects fit into quarantine: they are
 * looked through.
 */
function search(conditions: Conditions, text: string | undefined): void {
  if (text !== undefined && /^[0-9a-f]{64}$/i.test(text)) conditions.add('k.sha256 = ?', text.toLowerCase());
  else
    conditions.add(
      `(k.mail_from ILIKE ? OR k.mail ->> 'subject' ILIKE ? OR k.object_name ILIKE ?
        OR EXISTS (SELECT FROM jsonb_array_elements_text(k.named_rcpt_to) x WHERE x ILIKE ?)
        OR EXISTS (SELECT FROM unnest(k.names) x WHERE x ILIKE ?))`,
      containing(text),
    );
}

const toItem = (row: QuarantineRow): Quarantined => ({
  id: row.submission_id,
  keptAt: row.kept_at.toISOString(),
  keptUntil: row.kept_until.toISOString(),
  state: row.state,
  reason: row.reason,
  names: row.names,
  hold:
    row.hold === null || row.hold_at === null ? null : { state: row.hold, since: row.hold_at.toISOString() },
  rescanned: rescannedOf(row.newest),
  alertId: row.alert_id,
  registrationId: row.registration_id,
  sensorId: row.sensor_id,
  systemName: row.system_name,
  type: row.type,
  object: { name: row.object_name, type: row.object_type, size: row.size_bytes, sha256: row.sha256 },
  message:
    row.object_type === 'email'
      ? {
          sender: row.mail_from,
          recipients: row.named_rcpt_to,
          blindRecipients: row.rcpt_to.length - row.named_rcpt_to.length,
          subject: row.mail?.subject ?? null,
        }
      : null,
  release: row.release === null ? null : toRelease(row.release, blindOf(row)),
});

const blindOf = ({ rcpt_to, named_rcpt_to }: QuarantineRow): ReadonlySet<string> => {
  const named = new Set(named_rcpt_to);
  return new Set(rcpt_to.filter((one) => !named.has(one)));
};

function toRelease(release: NonNullable<QuarantineRow['release']>, isBlind: ReadonlySet<string>): Release {
  const { recipients, answers, attemptLog, nextAttemptAt } = release;
  const hide = (all: Answers) =>
    all.map((one) =>
      isBlind.has(one.recipient ?? '') ? { ...one, recipient: null, answer: codesOf(one.answer) } : one,
    );
  return {
    ...release,
    at: inZulu(release.at),
    recipients: recipients.filter((one) => !isBlind.has(one)),
    answers: hide(answers),
    nextAttemptAt: nextAttemptAt === null ? null : inZulu(nextAttemptAt),
    attemptLog: attemptLog.map(({ from, until, count, answers: said }) => ({
      from: inZulu(from),
      until: inZulu(until),
      count,
      answers: hide(said),
    })),
  };
}
type Answers = Release['answers'];

/** Times come out of JSON with PostgreSQL's own zone. */
const inZulu = (time: string): string => new Date(time).toISOString();

/** Receivers write the recipient into their answer. */
const codesOf = (answer: string): string => /^\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?/.exec(answer)?.[0] ?? '';
