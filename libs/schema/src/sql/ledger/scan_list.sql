CREATE VIEW ledger.scan_list AS
  SELECT s.submission_id, s.seq, s.registration_id, s.sensor_id, CASE WHEN s.is_mail THEN 'mail' ELSE 'other' END AS type,
    s.scan_id, s.instance, s.is_shown, s.deleted_at, s.rescan_of, s.rescan_wave, CASE WHEN s.submission_id = k.submission_id THEN k.newest END AS newest, s.reused_of, s.examined_at, s.state, s.reason, s.reason_text, s.object_name,
    s.object_type, s.size_bytes, s.sha256, s.md5, s.sha1, s.detected_type, s.mail_from, s.rcpt_to, s.mail_origin, s.mail,
    s.source_address, s.queue, s.priority, s.begins, s.attempts, s.not_before, s.accepted_at, s.started_at,
    s.finished_at, s.scanner, s.detections, s.detections_total, s.engines, s.not_examined,
    s.not_examined_total, s.policy_applied, s.released, s.object_key,
    s.state = 'processing' OR k.object_key IS NOT NULL AS has_object, k.kept_until AS object_kept_until
  FROM ledger.scans s LEFT JOIN ledger.kept_objects k ON k.object_key = s.object_key;
