CREATE VIEW ledger.alert_list AS
  SELECT a.id, a.submission_id, a.registration_id, a.sensor_id, CASE WHEN a.is_mail THEN 'mail' ELSE 'other' END AS type,
    a.scan_id, a.instance, a.source_address, a.created_at, a.submitted_at, a.started_at, a.created_at AS finished_at,
    a.importance, a.state, a.disposition, a.assignee, a.changed_at, a.technologies[1] AS technology, a.technologies,
    ARRAY(SELECT DISTINCT d ->> 'name' FROM jsonb_array_elements(a.detections) d) AS names,
    a.detections, a.detections_total, a.engines, a.not_examined, a.not_examined_total, a.policy_applied, a.reused_of, a.examined_at, a.rescanned, a.database_version, a.object_name, a.object_type, a.size_bytes,
    a.sha256, a.md5, a.sha1, a.detected_type, a.mail_from, ledger.named_recipients(a.rcpt_to, a.mail) AS rcpt_to,
    a.mail_origin, a.mail, a.object_key,
    k.object_key IS NOT NULL AS has_object, k.kept_until AS object_kept_until,
    ledger.alert_text(a.object_name, a.sensor_id, a.scan_id, a.detections, a.not_examined, a.mail_from, a.rcpt_to, a.mail,
      a.mail_origin) AS search_text,
    jsonb_path_query_array(a.detections, '$[*].sha256') AS part_hashes
  FROM ledger.alerts a LEFT JOIN ledger.kept_objects k ON k.object_key = a.object_key;
