/**
 * What callers delete disappears for them at once and for good (nothing sets is_shown after acceptance); the scans
 * themselves go on, raise their alerts and stay with the operators until their retention is over.
 */
export const deleteFunctions = `
-- items: {registrationId, scanId, instance or null for every one}. One row per item, in order: results hidden.
CREATE FUNCTION ledger.delete_scans(items jsonb) RETURNS TABLE (deleted integer)
LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  rows_found uuid[];
  found_by bigint[];
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  -- A row named by two items counts for the first.
  SELECT array_agg(f.submission_id), array_agg(f.n) INTO rows_found, found_by
  FROM (
    SELECT s.submission_id, min(i.n) AS n
    FROM ROWS FROM (jsonb_to_recordset(items) AS ("registrationId" uuid, "scanId" text, instance text))
      WITH ORDINALITY AS i (registration_id, scan_id, instance, n)
    CROSS JOIN LATERAL (
      SELECT x.submission_id FROM ledger.scans x
      WHERE x.scan_id = i.scan_id AND x.is_shown AND x.registration_id IS NOT DISTINCT FROM i.registration_id
        AND (i.instance IS NULL OR x.instance = i.instance) AND NOT EXISTS (
          SELECT FROM ledger.watermarks w
          WHERE w.registration_id = x.registration_id AND w.instance IN ('*', x.instance) AND w.seq >= x.seq)
      OFFSET 0
    ) s
    GROUP BY s.submission_id
  ) f;
  UPDATE ledger.scans s SET is_shown = false, deleted_at = clock_timestamp() WHERE s.submission_id = ANY (rows_found);
  RETURN QUERY
    SELECT count(f)::integer FROM generate_series(1, jsonb_array_length(items)) n LEFT JOIN unnest(found_by) f ON f = n
    GROUP BY n ORDER BY n;
END
$$;

-- One row written, however many scans there are. Null: every instance.
CREATE FUNCTION ledger.delete_all_scans(registration uuid, of_instance text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  INSERT INTO ledger.watermarks AS w (registration_id, instance, seq, set_at)
  SELECT registration, coalesce(of_instance, '*'), coalesce(max(s.seq), 0), clock_timestamp() FROM ledger.scans s
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
