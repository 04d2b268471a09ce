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
}

/** An alert as `results` would have recorded it; answers its id. */
export async function insertAlert(app: ConsoleUnderTest, given: GivenAlert = {}): Promise<number> {
  const sha256 = given.sha256 ?? createHash('sha256').update(randomUUID()).digest('hex');
  const rows = await app.rows<{ id: number }>(
    `INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
       created_at, submitted_at, importance, state, technologies, detections, detections_total, engines,
       database_version, object_key, object_name, object_type, size_bytes, sha256, mail_from, rcpt_to, mail_origin)
     VALUES ($1, $2, 'fs-1', $3, 'one', '', '192.0.2.1', now(), now(), $4, $5, '{am}',
       '[{"engine":"clamav","technology":"am","name":"Test","path":[]}]', 1, '[]', 202611210000, $6, $7, 'file', 68, $8,
       $9, '[]', $10)
     RETURNING id`,
    [
      randomUUID(),
      randomUUID(),
      (given.mailFrom ?? null) !== null,
      given.importance ?? 'medium',
      given.state ?? 'new',
      given.objectKey ?? randomUUID(),
      given.objectName === undefined ? 'file.bin' : given.objectName,
      sha256,
      given.mailFrom ?? null,
      given.mailOrigin === undefined ? null : JSON.stringify(given.mailOrigin),
    ],
  );
  return rows[0]?.id ?? 0;
}
