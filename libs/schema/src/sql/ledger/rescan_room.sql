-- How many scans of a wave may begin now. A view runs its functions with the rights of who reads it, so this one has its
-- owner's: the console reads rescan_due, and none of the tables behind it.
--
-- | none while                                               | because                                          |
-- |----------------------------------------------------------|--------------------------------------------------|
-- | `in_flight` of them are unfinished                       | what is in scanners' hands is in no one else's    |
-- | scans of others take more than half of the slots         | they wait for nothing that can wait              |
-- | no ready scanner has what the wave is about, or a newer one has it | its word would count for nothing     |
CREATE OR REPLACE FUNCTION ledger.rescan_room(in_flight integer, decision_set text) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
DECLARE
  own integer;
  others integer;
  slots integer;
BEGIN
  SELECT coalesce(sum(c.unfinished) FILTER (WHERE c.scope = 'rescans'), 0),
    coalesce(sum(c.unfinished) FILTER (WHERE c.scope = 'all'), 0) INTO own, others
  FROM ledger.counters c WHERE c.scope IN ('all', 'rescans');
  IF own >= in_flight THEN RETURN 0; END IF;
  SELECT coalesce(sum((i.status ->> 'slots')::integer), 0) INTO slots FROM ledger.instances i
  WHERE i.service = 'scanner' AND (i.status -> 'isReady')::boolean
    AND i.seen_at > clock_timestamp() - interval '15 seconds';
  IF slots = 0 OR others * 2 > slots THEN RETURN 0; END IF;
  IF ledger.newest_decision_set() IS DISTINCT FROM decision_set THEN RETURN 0; END IF;
  RETURN in_flight - own;
END
$$;
REVOKE ALL ON FUNCTION ledger.rescan_room FROM PUBLIC;
