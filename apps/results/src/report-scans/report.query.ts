import {
  scanStates,
  type Detection,
  type EngineRun,
  type NotExamined,
  type PolicyApplied,
  type Report,
  type ScanRequest,
  type VerdictReason,
} from '@sluice/contracts';
import { readRow, type Query } from '@sluice/database';
import { z } from 'zod';
import { storedList, storedObject, storedWord } from '../read-stored-values/stored-values.js';

const reportRowSchema = z.object({
  scan_id: z.string(),
  instance: z.string(),
  shown_state: z.enum(scanStates),
  reason: storedWord<VerdictReason>().nullable(),
  reason_text: z.string().nullable(),
  accepted_at: z.date(),
  started_at: z.date().nullable(),
  finished_at: z.date().nullable(),
  object_name: z.string().nullable(),
  size_bytes: z.int(),
  md5: z.string().nullable(),
  sha1: z.string().nullable(),
  sha256: z.string(),
  detected_type: z.string().nullable(),
  detections: storedList<Detection>(),
  detections_total: z.int(),
  engines: storedList<EngineRun>(),
  not_examined: storedList<NotExamined>(),
  not_examined_total: z.int(),
  policy_applied: storedObject<PolicyApplied>().nullable(),
  released: storedObject<NonNullable<Report['released']>>().nullable(),
  examined_at: z.date().nullable(),
  attempts: z.int(),
});

/**
 * The newest shown row of the id. Where overlapping submissions share the id and all are done, the report is that of
 * the one whose state is told, so that object and detections belong together. A mail that was released since then has no
 * report of before: its sensor submits it again.
 */
const sql = `
  SELECT head.scan_id, head.instance, head.shown_state, told.reason, told.reason_text, told.accepted_at, told.started_at,
    told.finished_at, told.object_name, told.size_bytes, told.md5, told.sha1, told.sha256, told.detected_type,
    told.detections, told.detections_total, told.engines, told.not_examined, told.not_examined_total, told.policy_applied,
    told.released, told.examined_at, told.attempts
  FROM (
    SELECT * FROM ledger.scans s
    WHERE s.registration_id = $1 AND s.scan_id = $2 AND s.is_shown AND ($3::text IS NULL OR s.instance = $3)
      AND NOT EXISTS (SELECT FROM ledger.watermarks w
        WHERE w.registration_id = s.registration_id AND w.instance IN ('*', s.instance) AND w.seq >= s.seq)
      AND (s.mail_digest IS NULL OR s.released IS NOT NULL OR s.shown_state IN ('processing', 'not detected')
        OR ledger.covering_release(s.mail_digest, s.registration_id, s.rcpt_to) IS NULL)
    ORDER BY s.seq DESC LIMIT 1
  ) head
  CROSS JOIN LATERAL (
    SELECT t.* FROM ledger.scans t
    WHERE t.submission_id = head.submission_id OR (head.shown_state <> 'processing' AND t.group_id = head.group_id)
    ORDER BY t.state = head.shown_state DESC, t.seq DESC LIMIT 1
  ) told`;

export async function queryReport(query: Query, request: ScanRequest): Promise<Report | null> {
  const { rows } = await query(sql, [request.registrationId, request.scanId, request.instance]);
  const row = readRow(reportRowSchema, rows);
  return row === null ? null : toReport(row);
}

const toReport = (row: z.infer<typeof reportRowSchema>): Report => ({
  scanId: row.scan_id,
  sensorInstanceId: row.instance === '' ? null : row.instance,
  state: row.shown_state,
  reason: row.reason,
  reasonText: row.reason_text,
  times: {
    accepted: row.accepted_at.toISOString(),
    started: row.started_at?.toISOString() ?? null,
    finished: row.shown_state === 'processing' ? null : (row.finished_at?.toISOString() ?? null),
  },
  object: {
    name: row.object_name,
    size: row.size_bytes,
    md5: row.md5,
    sha1: row.sha1,
    sha256: row.sha256,
    type: row.detected_type,
  },
  detections: row.detections,
  detectionsTotal: row.detections_total,
  engines: row.engines,
  notExamined: row.not_examined,
  notExaminedTotal: row.not_examined_total,
  policyApplied: row.policy_applied,
  released: row.released === null ? null : { stateBefore: row.released.stateBefore },
  reused: row.examined_at === null ? null : { examinedAt: row.examined_at.toISOString() },
  attempts: row.attempts,
});
