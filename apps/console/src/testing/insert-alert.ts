import type { AlertState, Importance, MailOrigin } from '@sluice/contracts';
import { createHash, randomUUID } from 'node:crypto';
import type { ConsoleUnderTest } from './console-under-test.js';

export interface GivenAlert {
  readonly sha256?: string;
  readonly importance?: Importance;
  readonly state?: AlertState;
  readonly objectName?: string | null;
  readonly mailFrom?: string | null;
  readonly mailOrigin?: MailOrigin;
  readonly objectKey?: string;
  readonly registrationId?: string;
  readonly recipients?: readonly string[];
  readonly subject?: string;
  /** Names on the way to the part that was detected. */
  readonly inside?: readonly string[];
  /** SHA-256 of that part. */
  readonly part?: string;
}

/** An alert as `results` would have recorded it; answers its id. */
export async function insertAlert(app: ConsoleUnderTest, given: GivenAlert = {}): Promise<number> {
  const sha256 = given.sha256 ?? createHash('sha256').update(randomUUID()).digest('hex');
  const rows = await app.rows<{ id: number }>(
    `INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
       created_at, submitted_at, importance, state, technologies, detections, detections_total, engines,
       database_version, object_key, object_name, object_type, size_bytes, sha256, mail_from, rcpt_to, mail_origin, mail)
     VALUES ($1, $2, 'fs-1', $3, 'one', '', '192.0.2.1', now(), now(), $4, $5, '{am}',
       $12, 1, '[]', 202611210000, $6, $7, 'file', 68, $8,
       $9, $11, $10, $13)
     RETURNING id`,
    [
      randomUUID(),
      given.registrationId ?? randomUUID(),
      (given.mailFrom ?? null) !== null,
      given.importance ?? 'medium',
      given.state ?? 'new',
      given.objectKey ?? randomUUID(),
      given.objectName === undefined ? 'file.bin' : given.objectName,
      sha256,
      given.mailFrom ?? null,
      given.mailOrigin === undefined ? null : JSON.stringify(given.mailOrigin),
      JSON.stringify(given.recipients ?? []),
      JSON.stringify([
        { engine: 'clamav', technology: 'am', name: 'Test', path: given.inside ?? [], sha256: given.part },
      ]),
      given.subject === undefined
        ? null
        : JSON.stringify({ subject: given.subject, to: given.recipients ?? [] }),
    ],
  );
  return rows[0]?.id ?? 0;
}
