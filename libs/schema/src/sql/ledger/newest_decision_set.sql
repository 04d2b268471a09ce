-- What decides now: of the sets that ready scanners report, the one with the newest signatures, of several the one that
-- was reported first last. Null: no ready scanner can say what decides there.
--
-- A scanner that is silent for three reports (statusIntervalMs), or does not know the settings of this moment yet, has no
-- say: after a change nothing is told again until one that knows it has reported.
CREATE OR REPLACE FUNCTION ledger.newest_decision_set() RETURNS text LANGUAGE plpgsql STABLE
SET jit = off
AS $$
DECLARE
  settings_revision bigint;
BEGIN
  SELECT coalesce(max(v.revision), 0) INTO settings_revision FROM registry.setting_values v;
  RETURN (
    SELECT d.decision_set
    FROM ledger.instances i JOIN ledger.decision_sets d ON d.decision_set = i.status ->> 'decisionSet'
    WHERE i.service = 'scanner' AND (i.status -> 'isReady')::boolean
      AND i.seen_at > clock_timestamp() - interval '15 seconds'
      AND (i.status ->> 'registryRevision')::bigint >= settings_revision
    ORDER BY (SELECT max((e ->> 'signaturesAt')::timestamptz) FROM jsonb_array_elements(i.status -> 'engines') e)
      DESC NULLS LAST, d.first_seen_at DESC
    LIMIT 1
  );
END
$$;
