-- One of the seven views that are all sluice_results may read of the registry.
CREATE VIEW registry.accepted_certificates AS
  SELECT c.sensor_id, c.fingerprint, r.id AS registration_id, r.type, r.max_unfinished_scans, r.alerts_feed
  FROM registry.certificates c JOIN registry.registrations r ON r.id = c.registration_id
  WHERE c.state = 'accepted' AND r.closed_at IS NULL;
