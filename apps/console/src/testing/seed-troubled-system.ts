import { createHash } from 'node:crypto';
import type { ConsoleUnderTest } from './console-under-test.js';
import { insertInstance } from './insert-instance.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** A statement has ten seconds. */
const rowsOfAStatement = 5_000;

/** What the questions of whoever walks through it are about. */
export const troubled = {
  alerts: 400,
  scans: 100_000,
  expiring: 10,
  failedJobs: 19,
  sender: 'billing@supplier.example',
  alertsOfSender: 40,
  blocked: { subject: 'Invoice 2026-11 overdue', part: sha256('the macro') },
  /** Mails without an alert. */
  unexamined: { subject: 'Tender documents', place: 'prices.xlsx' },
  closed: { subject: 'Newsletter of the canteen', by: 'm.weber', why: 'The canteen’s own PDF form.' },
  firstToExpire: 'mx-07',
} as const;

/**
 * A system that has run for days and is in trouble: a dead scanner, mail that waits, ten certificates near their end,
 * failed jobs. Rows only: what the services would have written. The full disk is the reserve that the console was given.
 */
export async function seedTroubledSystem(app: ConsoleUnderTest): Promise<void> {
  await seedServices(app);
  await seedSystems(app);
  for (let from = 1; from <= troubled.scans; from += rowsOfAStatement)
    await app.rows(insertScans, [from, from + rowsOfAStatement - 1]);
  await app.rows(insertMinutes);
  await app.rows(insertWaiting);
  await app.rows(insertAlerts, [
    troubled.alerts,
    troubled.alertsOfSender,
    troubled.sender,
    troubled.blocked.subject,
    troubled.blocked.part,
    troubled.closed.subject,
  ]);
  await app.rows(insertClosing, [troubled.closed.by, troubled.closed.why, troubled.closed.subject]);
  await app.rows(keepFailedObjects, [troubled.failedJobs, troubled.unexamined.subject]);
  await app.rows(insertFailedJobs, [troubled.failedJobs]);
  await app.rows('ANALYZE');
}

async function seedServices(app: ConsoleUnderTest): Promise<void> {
  await insertInstance(app, { service: 'console', instance: 'console-1' });
  await insertInstance(app, { service: 'gateway', instance: 'gateway-1' });
  await insertInstance(app, { service: 'results', instance: 'results-1' });
  await insertInstance(app, { service: 'notifier', instance: 'notifier-1' });
  const engines = [{ signaturesAt: new Date(Date.now() - 9 * 3_600_000).toISOString() }];
  await insertInstance(app, { instance: 'scanner-1', busySlots: 4, slots: 4, engines });
  await insertInstance(app, { instance: 'scanner-2', busySlots: 4, slots: 4, engines });
  await app.rows(
    `UPDATE ledger.instances SET seen_at = now() - interval '47 minutes' WHERE instance = 'scanner-2'`,
  );
}

/** Mail sensors 1 to 12, the last ten with certificates that end within the month; file servers 1 to 8. */
async function seedSystems(app: ConsoleUnderTest): Promise<void> {
  await app.rows(
    `INSERT INTO registry.registrations (id, sensor_id, type, name)
     SELECT overlay(overlay(md5('registration ' || i) placing '4' from 13) placing '8' from 17)::uuid, ${sensorOf}, CASE WHEN i <= 12 THEN 'mail' ELSE 'other' END,
            CASE WHEN i > 12 THEN 'File server ' || (i - 12) END
     FROM generate_series(1, 20) i`,
  );
  await app.rows(
    `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, registration_id, claimed_type, revision,
       not_before, not_after, first_seen_at, last_seen_at, last_address, last_answer, tls_version, decided_by, decided_at)
     SELECT overlay(overlay(md5('certificate ' || i) placing '4' from 13) placing '8' from 17)::uuid, ${sensorOf}, encode(sha256(i::text::bytea), 'hex'), 'accepted',
            overlay(overlay(md5('registration ' || i) placing '4' from 13) placing '8' from 17)::uuid, CASE WHEN i <= 12 THEN 'mail' ELSE 'other' END, 1, now() - interval '1 year',
            now() + CASE WHEN i = 7 THEN interval '20 hours' WHEN i BETWEEN 3 AND 12 THEN make_interval(days => 2 * i)
                         ELSE interval '1 year' END,
            now() - interval '1 year', now() - interval '40 seconds', '192.0.2.1', 200, 'TLSv1.3', 'admin', now()
     FROM generate_series(1, 20) i`,
  );
}

const sensorOf = `CASE WHEN i <= 12 THEN 'mx-' || lpad(i::text, 2, '0') ELSE 'fileserver-' || (i - 12) END`;

/** One every five seconds, back from a minute ago; a twentieth was not examined, a fiftieth detected. */
const insertScans = `
  INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
    state, reason, object_key, sha256, size_bytes, object_type, object_name, rcpt_to, source_address, queue, priority,
    accepted_at, published_at, started_at, finished_at, scanner)
  SELECT md5('scan ' || n)::uuid, overlay(overlay(md5('registration ' || i) placing '4' from 13) placing '8' from 17)::uuid, ${sensorOf}, i <= 12, '', 'scan-' || n, true, state,
    state, CASE WHEN state = 'error' THEN 'encrypted' END, md5('object ' || n), encode(sha256(n::text::bytea), 'hex'),
    4000 + n, CASE WHEN i <= 12 THEN 'email' ELSE 'file' END,
    CASE WHEN i <= 12 THEN 'message.eml' ELSE 'file-' || n || '.pdf' END, '[]', '192.0.2.1',
    CASE WHEN i <= 12 THEN 'mail' ELSE 'light' END, CASE WHEN i <= 12 THEN 5 ELSE 1 END,
    at, at, at + interval '40 ms', at + interval '300 ms', 'scanner-1'
  FROM (SELECT n, 1 + n % 20 AS i,
          now() - make_interval(secs => 60 + (${troubled.scans} - n) * 5) AS at,
          CASE WHEN n % 50 = 0 THEN 'detect' WHEN n % 20 = 1 THEN 'error' ELSE 'not detected' END AS state
        FROM generate_series($1::int, $2::int) n) made`;

const insertMinutes = `
  INSERT INTO ledger.minutes (minute, is_mail, accepted, detect, not_detected, timeout, error)
  SELECT date_trunc('minute', accepted_at), is_mail, count(*), count(*) FILTER (WHERE state = 'detect'),
    count(*) FILTER (WHERE state = 'not detected'), 0, count(*) FILTER (WHERE state = 'error')
  FROM ledger.scans GROUP BY 1, 2`;

/** Mail that the scanner which is left does not get to, some of it for five minutes. */
const insertWaiting = `
  INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
    state, object_key, sha256, size_bytes, object_type, object_name, rcpt_to, source_address, queue, priority,
    accepted_at, published_at)
  SELECT md5('waiting ' || n)::uuid, overlay(overlay(md5('registration 1') placing '4' from 13) placing '8' from 17)::uuid, 'mx-01', true, '', 'waiting-' || n, true, 'processing',
    'processing', md5('waiting object ' || n), encode(sha256(('w' || n)::bytea), 'hex'), 4000, 'email', 'message.eml',
    '[]', '192.0.2.1', 'mail', 5, now() - make_interval(secs => n * 5), now() - make_interval(secs => n * 5)
  FROM generate_series(1, 60) n`;

/** The newest is the mail that was blocked, the one before it is to be closed; then those of the sender, then files. */
const insertAlerts = `
  INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
    created_at, submitted_at, started_at, importance, technologies, detections, detections_total, engines,
    database_version, object_key, object_name, object_type, size_bytes, sha256, detected_type, mail_from, rcpt_to, mail,
    not_examined, not_examined_total)
  SELECT gen_random_uuid(), overlay(overlay(md5('registration ' || i) placing '4' from 13) placing '8' from 17)::uuid, ${sensorOf}, is_mail, 'scan-' || n, '', '192.0.2.1', at, at,
    at, CASE WHEN n % 3 = 0 THEN 'high' ELSE 'medium' END, '{am}',
    jsonb_build_array(jsonb_build_object('engine', 'clamav', 'technology', 'am', 'name', 'Win.Test.Sample-' || n % 7,
      'path', CASE WHEN is_mail THEN '["attachment 1: invoice.zip", "invoice.docm"]'::jsonb ELSE '[]'::jsonb END)
      || CASE WHEN is_mail THEN jsonb_build_object('sha256', $5::text) ELSE '{}'::jsonb END),
    1, jsonb_build_array(jsonb_build_object('engine', 'clamav', 'technology', 'am', 'version', '1.4.3', 'signaturesAt',
      '2026-11-27T04:00:00Z', 'isTestSignatures', false, 'outcome', 'infected', 'reason', null, 'durationMs', 96)),
    202611210000, md5('alert object ' || n), CASE WHEN is_mail THEN 'message.eml' ELSE 'setup-' || n || '.exe' END,
    CASE WHEN is_mail THEN 'email' ELSE 'file' END, 70000, encode(sha256(('alert ' || n)::bytea), 'hex'),
    CASE WHEN is_mail THEN 'message/rfc822' ELSE 'application/x-dosexec' END,
    CASE WHEN is_mail THEN CASE WHEN n > $1 - 2 THEN 'sender-' || n || '@example.org' ELSE $3 END END,
    CASE WHEN is_mail THEN '["ann@example.net"]'::jsonb ELSE '[]'::jsonb END,
    CASE WHEN is_mail THEN jsonb_build_object('from', $3::text, 'to', '["ann@example.net"]'::jsonb, 'messageId', null,
      'subject', CASE WHEN n = $1 THEN $4 WHEN n = $1 - 1 THEN $6 ELSE 'Your order ' || n END) END,
    CASE WHEN n = $1 THEN '[{"path":["attachment 2: private.7z"],"engine":"inspector","reason":"encrypted"}]'::jsonb
         ELSE '[]'::jsonb END,
    CASE WHEN n = $1 THEN 1 ELSE 0 END
  FROM (SELECT n, 1 + n % 20 AS i, n > $1 - 2 - $2::int AS is_mail, now() - make_interval(mins => $1 - n) AS at
        FROM generate_series(1, $1::int) n) made
  ORDER BY n`;

const insertClosing = `
  WITH closed AS (
    UPDATE ledger.alerts SET state = 'closed', disposition = 'false-positive', assignee = $1, changed_at = now()
    WHERE mail ->> 'subject' = $3 RETURNING id)
  INSERT INTO ledger.alert_log (alert_id, at, operator, state_before, state_after, assignee_before, assignee_after,
    disposition_after, comment)
  SELECT id, now(), $1, 'new', 'closed', NULL, $1, 'false-positive', $2 FROM closed`;

/** Those of the newest scans that ended in an error. */
const failedScans = `SELECT submission_id, object_key, size_bytes FROM ledger.scans WHERE state = 'error' ORDER BY seq DESC LIMIT $1`;
const keepFailedObjects = `
  WITH failed AS (${failedScans}),
    unexamined AS (
      UPDATE ledger.scans SET not_examined_total = 1,
        not_examined = '[{"path":["attachment 1: tender.7z","prices.xlsx"],"engine":"inspector","reason":"encrypted"}]'
      WHERE submission_id IN (SELECT submission_id FROM failed) RETURNING submission_id)
  INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id, sensor_id,
    is_mail, state, reason, object_name, object_type, sha256, mail_from, rcpt_to, mail)
  SELECT s.object_key, s.size_bytes, now(), now() + interval '30 days', s.submission_id, s.registration_id, s.sensor_id,
    s.is_mail, s.state, s.reason, s.object_name, s.object_type, s.sha256, 'tenders@partner.example', '["ann@example.net"]',
    jsonb_build_object('to', '["ann@example.net"]'::jsonb, 'subject', $2::text || ' ' || row_number() OVER (ORDER BY s.seq DESC))
  FROM ledger.scans s JOIN failed USING (submission_id)`;
const insertFailedJobs = `
  INSERT INTO ledger.failed_jobs (kind, submission_id, reason, reason_text, failed_at)
  SELECT 'scan', submission_id, 'too-many-attempts', 'Engines failed on it repeatedly.', now()
  FROM (${failedScans}) failed`;
