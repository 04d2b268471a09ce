-- Closes the groups of which no object is needed any more, and answers which of `keys` are closed now, and since when.
--
-- | of a group there is                             | it is              |
-- |-------------------------------------------------|--------------------|
-- | an unfinished scan, or a kept object            | left open          |
-- | neither, or no row at all (its gateway died)    | closed for good    |
-- | a row that says that it is closed               | closed, as it was  |
--
-- Under the lock that every accept takes: one that is on its way commits before and is seen here, or comes after and finds
-- the group closed. What verdicts keep they keep under the same lock, and of an unfinished scan. Nothing else makes a
-- reference: scans of kept objects need a file of the object's own (rescan.sql, begin_rescan.sql).
--
-- References are found by the indexes that there are: all keys of a group lie between its own and the same with a letter
-- behind it, in any collation, whatever it makes of the dot. One by one, in the order of an index: without sorts, no other
-- index can be taken, and never all that is unfinished is looked at.
CREATE OR REPLACE FUNCTION ledger.close_groups(keys text[]) RETURNS TABLE (group_key text, closed_at timestamptz)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_sort = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  INSERT INTO ledger.group_files (group_key, closed_at)
  SELECT g.key, clock_timestamp() FROM (SELECT DISTINCT k AS key FROM unnest(keys) k) g
  WHERE (
      SELECT true FROM ledger.scans s
      WHERE s.state = 'processing' AND s.object_key > g.key AND s.object_key < g.key || 'z'
        AND ledger.group_of(s.object_key) = g.key
      ORDER BY s.object_key LIMIT 1) IS NULL
    AND (
      SELECT true FROM ledger.kept_objects k
      WHERE length(k.object_key) > 32 AND k.object_key > g.key AND k.object_key < g.key || 'z'
        AND ledger.group_of(k.object_key) = g.key
      ORDER BY k.object_key LIMIT 1) IS NULL
  ON CONFLICT (group_key) DO NOTHING;
  RETURN QUERY SELECT f.group_key, f.closed_at FROM ledger.group_files f WHERE f.group_key = ANY (keys);
END
$$;
