/** What `notifier` may read of the ledger and the registry; its role has no rights there but to empty the outbox. */
export const deliveryViews = `
CREATE VIEW deliveries.alert_facts AS
  SELECT a.id AS alert_id, a.created_at, a.submitted_at, a.importance, a.technologies,
    jsonb_path_query_array(a.detections, '$[0 to 49]') AS detections, a.detections_total, a.object_name, a.object_type,
    a.size_bytes, a.sha256, a.md5, a.sha1, a.detected_type, k.kept_until AS object_kept_until, a.is_mail,
    a.registration_id, a.sensor_id, r.name AS system_name, a.instance, a.scan_id, a.source_address, a.mail_from,
    a.rcpt_to, a.mail
  FROM ledger.alerts a
  LEFT JOIN registry.registrations r ON r.id = a.registration_id
  LEFT JOIN ledger.kept_objects k ON k.object_key = a.object_key;

CREATE VIEW deliveries.outbox AS SELECT alert_id, event_id, created_at FROM ledger.outbox;

CREATE VIEW deliveries.instances AS
  SELECT service, instance, status -> 'engines' AS engines,
    (status ->> 'certificateNotAfter')::timestamptz AS certificate_not_after,
    status ->> 'certificateFingerprint' AS certificate_fingerprint, seen_at
  FROM ledger.instances;

CREATE VIEW deliveries.oldest_jobs AS
  SELECT queue, priority, extract(epoch FROM clock_timestamp() - min(accepted_at))::float8 AS age_seconds
  FROM ledger.scans WHERE state = 'processing' GROUP BY queue, priority;

CREATE VIEW deliveries.failed_jobs AS SELECT id, kind, reason, failed_at FROM ledger.failed_jobs;

CREATE VIEW deliveries.certificates AS
  SELECT c.id, c.sensor_id, c.state, coalesce(r.name, c.claimed_name) AS name, host(c.last_address) AS address,
    c.not_after, c.created_at
  FROM registry.certificates c LEFT JOIN registry.registrations r ON r.id = c.registration_id
  WHERE c.state IN ('pending', 'accepted');
`;
