CREATE VIEW deliveries.alert_facts AS
  SELECT a.id AS alert_id, a.created_at, a.submitted_at, a.importance, a.technologies,
    jsonb_path_query_array(a.detections, '$[0 to 49]') AS detections, a.detections_total, a.object_name, a.object_type,
    a.size_bytes, a.sha256, a.md5, a.sha1, a.detected_type, k.kept_until AS object_kept_until, a.is_mail,
    a.registration_id, a.sensor_id, r.name AS system_name, a.instance, a.scan_id, a.source_address, a.mail_from,
    a.rcpt_to, ledger.named_recipients(a.rcpt_to, a.mail) AS named_rcpt_to, a.mail_origin, a.mail
  FROM ledger.alerts a
  LEFT JOIN registry.registrations r ON r.id = a.registration_id
  LEFT JOIN ledger.kept_objects k ON k.object_key = a.object_key;
