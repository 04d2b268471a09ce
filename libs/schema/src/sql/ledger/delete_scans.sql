-- What callers delete disappears for them at once and for good (nothing sets is_shown after acceptance); the scans
-- themselves go on, raise their alerts and stay with the operators until their retention is over.

-- items: {registrationId, scanId, instance or null for every one}. One row per item, in order: results hidden.
CREATE OR REPLACE FUNCTION ledger.delete_scans(items jsonb) RETURNS TABLE (deleted integer)
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
