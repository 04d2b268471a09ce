import type { MailOrigin } from '@sluice/contracts';
import { alertEventSchema, type AlertEvent } from './alert-event.schema.js';

/** A row of the view deliveries.alert_facts. */
export interface AlertFactsRow {
  readonly alert_id: number;
  readonly created_at: Date;
  readonly submitted_at: Date;
  readonly importance: string;
  readonly technologies: string[];
  readonly detections: unknown;
  readonly detections_total: number;
  readonly object_name: string | null;
  readonly object_type: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly md5: string | null;
  readonly sha1: string | null;
  readonly detected_type: string | null;
  readonly object_kept_until: Date | null;
  readonly is_mail: boolean;
  readonly registration_id: string;
  readonly sensor_id: string;
  readonly system_name: string | null;
  readonly instance: string;
  readonly scan_id: string | null;
  readonly source_address: string;
  readonly mail_from: string | null;
  readonly rcpt_to: string[];
  readonly named_rcpt_to: string[];
  readonly mail_origin: MailOrigin | null;
  readonly mail: {
    from: string | null;
    to: string[];
    subject: string | null;
    messageId: string | null;
  } | null;
}

/** The envelope where the sensor gave one, else the message's own header lines; whom these do not name is told to no one. */
export function alertEventOf(row: AlertFactsRow, eventId: string): AlertEvent {
  const isMail = row.is_mail || row.object_type === 'email';
  return alertEventSchema.parse({
    kind: 'alert',
    eventId,
    alertId: row.alert_id,
    createdAt: row.created_at.toISOString(),
    submittedAt: row.submitted_at.toISOString(),
    importance: row.importance,
    technologies: row.technologies,
    detections: row.detections,
    detectionsTotal: row.detections_total,
    objectName: row.object_name,
    objectType: row.object_type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    md5: row.md5,
    sha1: row.sha1,
    detectedType: row.detected_type,
    objectKeptUntil: row.object_kept_until?.toISOString() ?? null,
    systemType: row.is_mail ? 'mail' : 'other',
    registrationId: row.registration_id,
    sensorId: row.sensor_id,
    systemName: row.system_name,
    instance: row.instance === '' ? null : row.instance,
    scanId: row.scan_id,
    sourceAddress: row.source_address,
    sender: isMail ? (row.mail_from ?? row.mail?.from ?? null) : null,
    recipients: isMail ? (row.named_rcpt_to.length > 0 ? row.named_rcpt_to : (row.mail?.to ?? [])) : [],
    blindRecipients: row.rcpt_to.filter((one) => !row.named_rcpt_to.includes(one)),
    mailSubject: row.mail?.subject ?? null,
    messageId: row.mail?.messageId ?? row.mail_origin?.messageId ?? null,
    mailOrigin: row.mail_origin,
  });
}
