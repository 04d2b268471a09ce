import {
  importances,
  objectTypes,
  technologies,
  type Detection,
  type DetectsRequest,
  type MailHeaders,
} from '@sluice/contracts';
import { readRow, readRows, type Query } from '@sluice/database';
import { z } from 'zod';
import { storedList, storedObject } from '../read-stored-values/stored-values.js';
import { toDetect } from './to-detect.js';

const alertRowSchema = z.object({
  id: z.int(),
  submitted_at: z.date(),
  created_at: z.date(),
  importance: z.enum(importances),
  is_mail: z.boolean(),
  technologies: z.array(z.enum(technologies)),
  detections: storedList<Detection>(),
  database_version: z.int(),
  object_name: z.string().nullable(),
  object_type: z.enum(objectTypes),
  size_bytes: z.int(),
  sha256: z.string(),
  md5: z.string().nullable(),
  detected_type: z.string().nullable(),
  mail_from: z.string().nullable(),
  rcpt_to: z.array(z.string()),
  mail: storedObject<MailHeaders>().nullable(),
});
export type AlertRow = z.infer<typeof alertRowSchema>;

const feedRowSchema = z.object({ feed: z.enum(['own', 'all', 'none']).nullable(), newest: z.int() });

/** Blind recipients of others' mail are told to no one: its own registration gave them. */
const columns = `id, submitted_at, created_at, importance, is_mail, technologies, detections, database_version, object_name,
  object_type, size_bytes, sha256, md5, detected_type, mail_from, mail,
  CASE WHEN registration_id = $5 THEN rcpt_to ELSE ledger.named_recipients(rcpt_to, mail) END AS rcpt_to`;

const feedSql = `SELECT
  (SELECT min(alerts_feed) FROM registry.accepted_certificates WHERE registration_id = $1) AS feed,
  coalesce((SELECT max(id) FROM ledger.alerts), 0) AS newest`;

/**
 * Alerts after an id, up to the newest there was when asked: ids follow commits, so that none is skipped or repeated.
 * A full page ends at its last element; else everything up to the newest was looked at.
 */
export async function queryDetects(query: Query, request: DetectsRequest) {
  const looked = await query(feedSql, [request.registrationId]);
  const { feed, newest } = readRow(feedRowSchema, looked.rows) ?? { feed: null, newest: 0 };
  if (feed === null || feed === 'none') return { detects: [], lastId: request.afterId };
  const ofWhom = feed === 'all' ? '$5::uuid IS NOT NULL' : 'registration_id = $5';
  const answer = await query(
    `SELECT ${columns} FROM ledger.alerts
     WHERE id > $1 AND id <= $2 AND ($3::text[] IS NULL OR technologies && $3) AND ${ofWhom} ORDER BY id LIMIT $4`,
    [request.afterId, newest, request.types, request.limit, request.registrationId],
  );
  const rows = readRows(alertRowSchema, answer.rows);
  const lastOfPage = rows.length === request.limit ? rows.at(-1)?.id : undefined;
  return {
    detects: rows.map((row) => toDetect(row, request.types)),
    lastId: lastOfPage ?? Math.max(newest, request.afterId),
  };
}
