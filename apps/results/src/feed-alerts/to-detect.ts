import type { Technology } from '@sluice/contracts';
import type { AlertRow } from './detects.query.js';

/** One element of GET /detects (wire contract). Of several technologies the foremost asked for is named. */
export function toDetect(row: AlertRow, types: readonly Technology[] | null): Record<string, unknown> {
  const file = { MD5: row.md5 ?? '', fileName: row.object_name ?? '', fileSize: row.size_bytes };
  return {
    alertID: row.id,
    eventTimeStamp: row.submitted_at.toISOString(),
    detectTimestamp: row.created_at.toISOString(),
    importance: row.importance,
    objectSource: row.is_mail ? 'mail' : 'external',
    technology: row.technologies.find((one) => types?.includes(one) ?? true) ?? 'am',
    objectType: 'file',
    object: {
      processedObject: {
        MD5: file.MD5,
        SHA256: row.sha256,
        fileName: file.fileName,
        fileType: row.detected_type ?? '',
        fileSize: file.fileSize,
      },
      detectedObject: file,
    },
    detection: {
      detect: [...new Set(row.detections.map((detection) => detection.name))],
      dataBaseVersion: row.database_version,
    },
    details: detailsOf(row),
  };
}

/** The envelope where the sensor gave one, else the message's own header lines. */
function detailsOf(row: AlertRow): Record<string, unknown> {
  if (!row.is_mail && row.object_type !== 'email') return {};
  return {
    sender: row.mail_from ?? row.mail?.from ?? null,
    recipients: row.rcpt_to.length > 0 ? row.rcpt_to : (row.mail?.to ?? []),
    subject: row.mail?.subject ?? null,
    messageId: row.mail?.messageId ?? null,
  };
}
