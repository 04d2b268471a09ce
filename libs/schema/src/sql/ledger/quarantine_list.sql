CREATE VIEW ledger.quarantine_list AS
  SELECT k.seq, k.submission_id, k.registration_id, k.sensor_id, CASE WHEN k.is_mail THEN 'mail' ELSE 'other' END AS type,
    k.state, k.reason, k.names, k.object_name, k.object_type, k.size_bytes, k.sha256, k.mail_from, k.rcpt_to,
    ledger.named_recipients(k.rcpt_to, k.mail) AS named_rcpt_to, k.mail_origin,
    k.mail, k.object_key, k.kept_at, k.kept_until, k.hold, k.hold_at, k.newest, a.id AS alert_id, r.release
  FROM ledger.kept_objects k
  LEFT JOIN ledger.alerts a ON a.submission_id = k.submission_id
  LEFT JOIN LATERAL (
    SELECT jsonb_build_object('at', x.created_at, 'operator', x.operator, 'form', x.form, 'recipients', x.recipients,
      'state', x.state, 'attempts', x.attempts, 'answers', x.answers, 'attemptLog', x.attempt_log,
      'nextAttemptAt', CASE WHEN x.state = 'waiting' AND x.lease IS NULL THEN x.due_at END) AS release
    FROM ledger.releases x WHERE x.submission_id = k.submission_id ORDER BY x.seq DESC LIMIT 1
  ) r ON true
  WHERE k.submission_id IS NOT NULL;
