-- Begins and ends waves; one caller at a time (locked-tasks), every few seconds. What it did: `begin`, `end` or null.
--
-- | wave           | newest decision set                                   | becomes                                     |
-- |----------------|-------------------------------------------------------|---------------------------------------------|
-- | any            | rescanKept is off                                     | stopped                                     |
-- | any            | none: no ready scanner can say what decides            | waits                                       |
-- | none, any      | another one, for a minute, and first seen after the   | the wave is overtaken, the next one begins: |
-- |                | wave's; or seen before, and for ten minutes no        | with what it did not come to first          |
-- |                | scanner reported the wave's                           |                                             |
-- | running        | the same, nothing left, nothing unfinished            | done                                        |
--
-- An older set comes back when the scanner that has the newer one is silent for some seconds, too: that begins nothing.

CREATE OR REPLACE FUNCTION ledger.advance_rescans(defaults jsonb) RETURNS text LANGUAGE plpgsql
SET jit = off
AS $$
DECLARE
  settings jsonb := ledger.settings(defaults);
  running ledger.rescan_waves;
  deciding text;
  first_seen timestamptz;
  is_next boolean;
  is_left boolean;
BEGIN
  SELECT * INTO running FROM ledger.rescan_waves w ORDER BY w.id DESC LIMIT 1;
  IF NOT (settings -> 'rescanKept')::boolean THEN
    UPDATE ledger.rescan_waves w SET ended_at = clock_timestamp(), end_reason = 'stopped' WHERE w.ended_at IS NULL;
    RETURN CASE WHEN FOUND THEN 'end' END;
  END IF;
  UPDATE ledger.rescan_waves w SET kept_days = (settings -> 'rescanKeptDays')::integer,
    in_flight = (settings -> 'rescanInFlight')::integer
  WHERE w.id = running.id AND (w.kept_days, w.in_flight)
    IS DISTINCT FROM ((settings -> 'rescanKeptDays')::integer, (settings -> 'rescanInFlight')::integer);
  deciding := ledger.newest_decision_set();
  IF deciding IS NULL THEN RETURN NULL; END IF;
  IF running.id IS NULL OR deciding <> running.decision_set OR running.end_reason = 'stopped' THEN
    SELECT d.first_seen_at INTO first_seen FROM ledger.decision_sets d WHERE d.decision_set = deciding;
    is_next := first_seen < clock_timestamp() - interval '1 minute' AND (running.id IS NULL
      OR deciding = running.decision_set
      OR first_seen > coalesce(
        (SELECT d.first_seen_at FROM ledger.decision_sets d WHERE d.decision_set = running.decision_set), '-infinity')
      OR NOT EXISTS (SELECT FROM ledger.instances i WHERE i.service = 'scanner'
        AND i.status ->> 'decisionSet' = running.decision_set AND i.seen_at > clock_timestamp() - interval '10 minutes'));
    IF NOT is_next THEN RETURN NULL; END IF;
    UPDATE ledger.rescan_waves w SET ended_at = clock_timestamp(), end_reason = 'overtaken' WHERE w.ended_at IS NULL;
    INSERT INTO ledger.rescan_waves (decision_set, began_at, kept_days, in_flight, objects, progress_at)
    SELECT deciding, clock_timestamp(), (settings -> 'rescanKeptDays')::integer, (settings -> 'rescanInFlight')::integer,
      (SELECT count(*) FROM ledger.kept_objects k WHERE k.submission_id IS NOT NULL
        AND k.examined_set IS DISTINCT FROM deciding
        AND k.kept_at > clock_timestamp() - make_interval(days => (settings -> 'rescanKeptDays')::integer)),
      clock_timestamp();
    RETURN 'begin';
  END IF;
  is_left := EXISTS (SELECT FROM ledger.kept_objects k
      WHERE k.rescan_wave < running.id AND k.submission_id IS NOT NULL
        AND k.examined_set IS DISTINCT FROM running.decision_set
        AND k.kept_at > clock_timestamp() - make_interval(days => (settings -> 'rescanKeptDays')::integer))
    OR EXISTS (SELECT FROM ledger.counters c WHERE c.scope = 'rescans' AND c.unfinished > 0);
  IF running.ended_at IS NULL AND NOT is_left THEN
    UPDATE ledger.rescan_waves w SET ended_at = clock_timestamp(), end_reason = 'done' WHERE w.id = running.id;
    RETURN 'end';
  END IF;
  -- Kept meanwhile, by a scanner that still had the set of before.
  IF running.end_reason = 'done' AND is_left THEN
    UPDATE ledger.rescan_waves w SET ended_at = NULL, end_reason = NULL, progress_at = clock_timestamp()
    WHERE w.id = running.id;
  END IF;
  RETURN NULL;
END
$$;
