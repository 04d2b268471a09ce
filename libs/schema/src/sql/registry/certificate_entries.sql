-- Pending rows are left out: to a gateway they are unknown pairs, and so no caller can make gateways load anything.
CREATE VIEW registry.certificate_entries AS
  SELECT c.id AS certificate_id, c.sensor_id, c.fingerprint, c.state, c.registration_id,
         coalesce(r.type, c.claimed_type) AS type,
         coalesce(r.answer_format, 'actual') AS answer_format,
         coalesce(r.alerts_feed, 'own') AS alerts_feed,
         CASE WHEN r.type = 'mail' AND r.mail_policy <> '{}'
           THEN jsonb_build_object('version', r.mail_policy_version, 'policy', r.mail_policy) END AS mail_policy,
         CASE WHEN r.clamd_policy <> '{}'
           THEN jsonb_build_object('version', r.clamd_policy_version, 'policy', r.clamd_policy) END AS clamd_policy,
         c.revision
  FROM registry.certificates c LEFT JOIN registry.registrations r ON r.id = c.registration_id
  WHERE c.state <> 'pending';
