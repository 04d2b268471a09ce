CREATE VIEW deliveries.instances AS
  SELECT service, instance, status -> 'engines' AS engines,
    (status ->> 'certificateNotAfter')::timestamptz AS certificate_not_after,
    status ->> 'certificateFingerprint' AS certificate_fingerprint, seen_at
  FROM ledger.instances;
