import type {
  Detection,
  EngineRun,
  NotExamined,
  PolicyApplied,
  Report,
  ScanRequest,
  ScanState,
  VerdictReason,
} from '@sluice/contracts';
import type { Query } from '@sluice/database';

interface ReportRow {
  scan_id: string;
  instance: string;
  shown_state: ScanState;
  reason: VerdictReason | null;
  reason_text: string | null;
  accepted_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  object_name: string | null;
  size_bytes: number;
  md5: string | null;
  sha1: string | null;
  sha256: string;
  detected_type: string | null;
  detections: Detection[];
  detections_total: number;
  engines: EngineRun[];
  not_examined: NotExamined[];
  not_examined_total: number;
  policy_applied: PolicyApplied | null;
  attempts: number;
}

/**
 * The newest shown row of the id. Where overlapping submissions share the id and all are done, the report is that of
 * the one whose state is told, so that object and detections belong together.
 */
const sql = `
  SELECT head.scan_id, head.instance, head.shown_state, told.reason, told.reason_text, told.accepted_at, told.started_at,
    told.finished_at, told.object_name, told.size_bytes, told.md5, told.sha1, told.sha256, told.detected_type,
    told.detections, told.detections_total, told.engines, told.not_examined, told.not_examined_total, told.policy_applied,
    told.attempts
  FROM (
    SELECT * FROM ledger.scans s
    WHERE s.registration_id = $1 AND s.scan_id = $2 AND s.is_shown AND ($3::text IS NULL OR s.instance = $3)
      AND NOT EXISTS (SELECT FROM ledger.watermarks w
        WHERE w.registration_id = s.registration_id AND w.instance IN ('*', s.instance) AND w.seq >= s.seq)
    ORDER BY s.seq DESC LIMIT 1
  ) head
  CROSS JOIN LATERAL (
    SELECT t.* FROM ledger.scans t
    WHERE t.submission_id = head.submission_id OR (head.shown_state <> 'processing' AND t.group_id = head.group_id)
    ORDER BY t.state = head.shown_state DESC, t.seq DESC LIMIT 1
  ) told`;

export async function queryReport(query: Query, request: ScanRequest): Promise<Report | null> {
  const { rows } = await query<ReportRow>(sql, [request.registrationId, request.scanId, request.instance]);
  return rows[0] === undefined ? null : toReport(rows[0]);
}

const toReport = (row: ReportRow): Report => ({
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
  attempts: row.attempts,
});
