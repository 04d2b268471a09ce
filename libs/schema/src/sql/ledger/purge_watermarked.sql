-- Hides up to max_rows rows below watermarks one by one, so that reads need not skip them. Returns how many it found;
-- fewer than asked for means that nothing is left.
CREATE OR REPLACE FUNCTION ledger.purge_watermarked(max_rows integer) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  mark record;
  found_rows integer;
  total integer := 0;
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  FOR mark IN SELECT * FROM ledger.watermarks WHERE NOT is_purged LOOP
    UPDATE ledger.scans s SET is_shown = false, deleted_at = mark.set_at
    WHERE s.submission_id IN (
      SELECT x.submission_id FROM ledger.scans x
      WHERE x.registration_id = mark.registration_id AND x.seq <= mark.seq AND x.is_shown
        AND x.shown_state IN ('processing', 'detect', 'not detected', 'timeout', 'error')
        AND (mark.instance = '*' OR x.instance = mark.instance)
      LIMIT max_rows - total);
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    total := total + found_rows;
    EXIT WHEN total >= max_rows;
    UPDATE ledger.watermarks w SET is_purged = true
    WHERE w.registration_id = mark.registration_id AND w.instance = mark.instance;
  END LOOP;
  RETURN total;
END
$$;
