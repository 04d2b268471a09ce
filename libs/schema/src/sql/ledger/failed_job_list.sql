CREATE VIEW ledger.failed_job_list AS
  SELECT f.id, f.kind, f.submission_id, s.registration_id, s.sensor_id, s.scan_id,
    CASE WHEN s.is_mail THEN 'mail' WHEN NOT s.is_mail THEN 'other' END AS type,
    f.reason, f.reason_text, f.source, f.excerpt, f.failed_at, s.object_name, s.sha256, s.size_bytes,
    k.object_key IS NOT NULL AND s.state <> 'processing' AS can_retry
  FROM ledger.failed_jobs f
  LEFT JOIN ledger.scans s ON s.submission_id = f.submission_id
  LEFT JOIN ledger.kept_objects k ON k.object_key = s.object_key;
