-- Would one more scan be accepted now? A look without a lock; accept decides.
CREATE OR REPLACE FUNCTION ledger.admit(registration uuid, is_mail boolean, defaults jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN coalesce((SELECT unfinished FROM ledger.counters WHERE scope = registration::text), 0)
      >= coalesce(
        (SELECT min(max_unfinished_scans) FROM registry.accepted_certificates WHERE registration_id = registration),
        ledger.system_limit(is_mail, s))
      THEN 'system'
    WHEN (SELECT unfinished FROM ledger.counters WHERE scope = 'all')
      >= CASE WHEN NOT is_mail AND (s -> 'maximumMailPriority')::boolean
          THEN greatest(1, (s -> 'maxConcurrentScans')::integer * 9 / 10)
          ELSE (s -> 'maxConcurrentScans')::integer END
      THEN 'all'
  END
  FROM ledger.settings(defaults) s
$$;
