import type { Detection, DetectsRequest, Importance, Technology } from '@sluice/contracts';
import type { Query } from '@sluice/database';
import { toDetect } from './to-detect.js';

export interface AlertRow {
  id: number;
  submitted_at: Date;
  created_at: Date;
  importance: Importance;
  is_mail: boolean;
  technologies: Technology[];
  detections: Detection[];
  database_version: number;
  object_name: string | null;
  object_type: 'file' | 'email';
  size_bytes: number;
  sha256: string;
  md5: string | null;
  detected_type: string | null;
  mail_from: string | null;
  rcpt_to: string[];
  mail: {
    from: string | null;
    to: string[];
    subject: string | null;
    messageId: string | null;
  } | null;
}

interface FeedRow {
  feed: 'own' | 'all' | 'none' | null;
  newest: number;
}

const columns = `id, submitted_at, created_at, importance, is_mail, technologies, detections, database_version, object_name,
  object_type, size_bytes, sha256, md5, detected_type, mail_from, rcpt_to, mail`;

const feedSql = `SELECT
  (SELECT min(alerts_feed) FROM registry.accepted_certificates WHERE registration_id = $1) AS feed,
  coalesce((SELECT max(id) FROM ledger.alerts), 0) AS newest`;

/**
 * Alerts after an id, up to the newest there was when asked: ids follow commits, so that none is skipped or repeated.
 * A full page ends at its last element; else everything up to the newest was looked at.
 */
export async function queryDetects(query: Query, request: DetectsRequest) {
  const looked = await query<FeedRow>(feedSql, [request.registrationId]);
  const { feed, newest } = looked.rows[0] ?? { feed: null, newest: 0 };
  if (feed === null || feed === 'none') return { detects: [], lastId: request.afterId };
  const ofWhom = feed === 'all' ? '$5::uuid IS NOT NULL' : 'registration_id = $5';
  const { rows } = await query<AlertRow>(
    `SELECT ${columns} FROM ledger.alerts
     WHERE id > $1 AND id <= $2 AND ($3::text[] IS NULL OR technologies && $3) AND ${ofWhom} ORDER BY id LIMIT $4`,
    [request.afterId, newest, request.types, request.limit, request.registrationId],
  );
  const lastOfPage = rows.length === request.limit ? rows.at(-1)?.id : undefined;
  return {
    detects: rows.map((row) => toDetect(row, request.types)),
    lastId: lastOfPage ?? Math.max(newest, request.afterId),
  };
}
