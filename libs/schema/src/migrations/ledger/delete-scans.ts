/**
 * What callers delete disappears for them at once and for good (nothing sets is_shown after acceptance); the scans
 * themselves go on, raise their alerts and stay with the operators until their retention is over.
 */
export const deleteFunctions = `
-- items: {registrationId, scanId, instance or null for every one}. One row per item, in order: results hidden.
CREATE FUNCTION ledger.delete_scans(items jsonb) RETURNS TABLE (deleted integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  RETURN QUERY
  WITH item AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(items) AS ("registrationId" uuid, "scanId" text, instance text))
      WITH ORDINALITY AS i (registration_id, scan_id, instance, n)
  ), named AS (
    -- A row named by two items counts for the first.
    SELECT s.submission_id, min(i.n) AS n
    FROM item i JOIN ledger.scans s ON s.registration_id = i.registration_id AND s.scan_id = i.scan_id AND s.is_shown
    WHERE (i.instance IS NULL OR i.instance = s.instance) AND NOT EXISTS (
      SELECT FROM ledger.watermarks w
      WHERE w.registration_id = s.registration_id AND w.instance IN ('*', s.instance) AND w.seq >= s.seq)
    GROUP BY s.submission_id
  ), hidden AS (
    UPDATE ledger.scans s SET is_shown = false, deleted_at = clock_timestamp()
    FROM named m WHERE s.submission_id = m.submission_id RETURNING m.n
  )
  SELECT count(h.n)::integer FROM item i LEFT JOIN hidden h ON h.n = i.n GROUP BY i.n ORDER BY i.n;
END
$$;

-- One row written, however many scans there are. Null: every instance.
CREATE FUNCTION ledger.delete_all_scans(registration uuid, of_instance text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  INSERT INTO ledger.watermarks AS w (registration_id, instance, seq, set_at)
  SELECT registration, coalesce(of_instance, '*'), last_value, clock_timestamp() FROM ledger.scan_seq
  ON CONFLICT (registration_id, instance)
    DO UPDATE SET seq = excluded.seq, set_at = excluded.set_at, is_purged = false;
END
$$;

-- Hides up to max_rows rows below watermarks one by one, so that reads need not skip them. Returns how many it found;
-- fewer than asked for means that nothing is left.
CREATE FUNCTION ledger.purge_watermarked(max_rows integer) RETURNS integer LANGUAGE plpgsql
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
`;
