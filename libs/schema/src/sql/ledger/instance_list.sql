CREATE VIEW ledger.instance_list AS
  SELECT service, instance, status ->> 'version' AS version, (status ->> 'startedAt')::timestamptz AS started_at,
    (status -> 'isReady')::boolean AS is_ready, status -> 'problems' AS problems, status -> 'engines' AS engines,
    (status -> 'busySlots')::integer AS busy_slots, (status -> 'slots')::integer AS slots,
    status ->> 'certificateFingerprint' AS certificate_fingerprint,
    (status ->> 'certificateNotAfter')::timestamptz AS certificate_not_after,
    (status ->> 'isLoopback')::boolean AS is_loopback, status -> 'reachedLimits' AS reached_limits, seen_at,
    extract(epoch FROM clock_timestamp() - seen_at)::float8 AS silent_seconds
  FROM ledger.instances;
