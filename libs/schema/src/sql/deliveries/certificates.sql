CREATE VIEW deliveries.certificates AS
  SELECT c.id, c.sensor_id, c.state, coalesce(r.name, c.claimed_name) AS name, host(c.last_address) AS address,
    c.not_after, c.created_at
  FROM registry.certificates c LEFT JOIN registry.registrations r ON r.id = c.registration_id
  WHERE c.state IN ('pending', 'accepted');
