import {
  alertDispositions,
  alertStates,
  importances,
  systemTypes,
  technologies,
  type MailHeaders,
} from '@sluice/contracts';
import { z } from 'zod';
import { rescannedOf, storedRescanSchema } from '../lists/rescanned-of.js';
import { reusedOf } from '../lists/reused-of.js';

/** Alerts on the same bytes that are counted, and listed on a card. */
export const mostRelated = 50;

export const alertRowSchema = z.object({
  id: z.int(),
  submission_id: z.string(),
  registration_id: z.string(),
  sensor_id: z.string(),
  system_name: z.string().nullable(),
  type: z.enum(systemTypes),
  scan_id: z.string().nullable(),
  instance: z.string(),
  source_address: z.string(),
  created_at: z.date(),
  submitted_at: z.date(),
  started_at: z.date().nullable(),
  finished_at: z.date(),
  importance: z.enum(importances),
  state: z.enum(alertStates),
  disposition: z.enum(alertDispositions).nullable(),
  assignee: z.string().nullable(),
  changed_at: z.date().nullable(),
  technologies: z.array(z.enum(technologies)),
  names: z.array(z.string()),
  detections: z.unknown(),
  detections_total: z.int(),
  engines: z.unknown(),
  not_examined: z.unknown(),
  not_examined_total: z.int(),
  policy_applied: z.unknown(),
  reused_of: z.string().nullable(),
  examined_at: z.date().nullable(),
  object_name: z.string().nullable(),
  object_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  md5: z.string().nullable(),
  sha1: z.string().nullable(),
  detected_type: z.string().nullable(),
  mail_from: z.string().nullable(),
  rcpt_to: z.unknown(),
  mail_origin: z.unknown(),
  mail: z.unknown(),
  rescanned: storedRescanSchema,
  has_object: z.boolean(),
  object_kept_until: z.date().nullable(),
  seen_before: z.int(),
});
export type AlertRow = z.infer<typeof alertRowSchema>;

export const selectAlerts = `
  SELECT a.id, a.submission_id, a.registration_id, a.sensor_id, CASE WHEN a.type = 'mail' THEN NULL ELSE r.name END AS system_name,
         a.type, a.scan_id, a.instance, a.source_address, a.created_at, a.submitted_at, a.started_at, a.finished_at,
         a.importance, a.state, a.disposition, a.assignee, a.changed_at, a.technologies, a.names, a.detections, a.detections_total,
         a.engines, a.not_examined, a.not_examined_total, a.policy_applied, a.reused_of, a.examined_at, a.rescanned, a.object_name, a.object_type,
         a.size_bytes, a.sha256, a.md5, a.sha1, a.detected_type, a.mail_from, a.rcpt_to, a.mail_origin, a.mail,
         a.has_object, a.object_kept_until,
         (SELECT count(*) FROM (
            SELECT FROM ledger.alert_list p WHERE p.sha256 = a.sha256 AND p.id < a.id LIMIT ${mostRelated}
          ) before)::integer AS seen_before
  FROM ledger.alert_list a LEFT JOIN registry.registrations r ON r.id = a.registration_id`;

/** As lists have it. */
export const toListItem = (row: AlertRow) => ({
  id: row.id,
  createdAt: row.created_at.toISOString(),
  importance: row.importance,
  state: row.state,
  disposition: row.disposition,
  assignee: row.assignee,
  changedAt: row.changed_at?.toISOString() ?? null,
  technologies: row.technologies,
  names: row.names,
  detectionsTotal: row.detections_total,
  source: row.type,
  sensorId: row.sensor_id,
  systemName: row.system_name,
  registrationId: row.registration_id,
  scanId: row.scan_id,
  sourceAddress: row.source_address,
  rescanned: rescannedOf(row.rescanned),
  /** Earlier alerts on the same bytes; counted up to 50. */
  seenBefore: row.seen_before,
  object: { name: row.object_name, type: row.object_type, size: row.size_bytes, sha256: row.sha256 },
  /** As the message claims; null when the object is no mail. */
  message: toMessage(row),
});

function toMessage({ type, mail, mail_from, rcpt_to }: AlertRow) {
  const headers = mail as Partial<MailHeaders> | null;
  if (type !== 'mail' && headers === null) return null;
  const recipients = (rcpt_to as string[] | null) ?? [];
  return {
    subject: headers?.subject ?? null,
    sender: mail_from ?? headers?.from ?? null,
    recipients: recipients.length > 0 ? recipients : (headers?.to ?? []),
  };
}

/** What a card says besides. */
export const toCard = (row: AlertRow, isRemoved: boolean) => ({
  scan: {
    id: row.submission_id,
    scanId: row.scan_id,
    sensorInstanceId: row.instance === '' ? null : row.instance,
    sourceAddress: row.source_address,
    isRemoved,
  },
  times: {
    submitted: row.submitted_at.toISOString(),
    started: row.started_at?.toISOString() ?? null,
    finished: row.finished_at.toISOString(),
  },
  object: {
    name: row.object_name,
    type: row.object_type,
    size: row.size_bytes,
    sha256: row.sha256,
    sha1: row.sha1,
    md5: row.md5,
    detectedType: row.detected_type,
    isKept: row.has_object,
    keptUntil: row.object_kept_until?.toISOString() ?? null,
  },
  detections: row.detections,
  engines: row.engines,
  notExamined: row.not_examined,
  notExaminedTotal: row.not_examined_total,
  policyApplied: row.policy_applied,
  reused: reusedOf(row),
  mail:
    row.type === 'mail' || row.mail !== null
      ? { from: row.mail_from, to: row.rcpt_to, headers: row.mail, origin: row.mail_origin }
      : null,
});
