import type { MailHeaders, MailOrigin } from '@sluice/contracts';
import { z } from 'zod';
import { alertEventSchema, type AlertEvent } from './alert-event.schema.js';

/** JSON of the ledger: it was checked when it came, by that release, and again where the event is made of it. */
const stored = <Value extends object>() =>
  z.custom<Value>((value) => typeof value === 'object' && value !== null, 'is no object');

/** A row of the view deliveries.alert_facts. */
export const alertFactsRowSchema = z.object({
  alert_id: z.int(),
  created_at: z.date(),
  submitted_at: z.date(),
  importance: z.string(),
  technologies: z.array(z.string()),
  detections: z.unknown(),
  detections_total: z.int(),
  object_name: z.string().nullable(),
  object_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  md5: z.string().nullable(),
  sha1: z.string().nullable(),
  detected_type: z.string().nullable(),
  object_kept_until: z.date().nullable(),
  is_mail: z.boolean(),
  registration_id: z.string(),
  sensor_id: z.string(),
  system_name: z.string().nullable(),
  instance: z.string(),
  scan_id: z.string().nullable(),
  source_address: z.string(),
  mail_from: z.string().nullable(),
  rcpt_to: z.array(z.string()),
  named_rcpt_to: z.array(z.string()),
  mail_origin: stored<MailOrigin>().nullable(),
  mail: stored<MailHeaders>().nullable(),
});
export type AlertFactsRow = z.infer<typeof alertFactsRowSchema>;

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
