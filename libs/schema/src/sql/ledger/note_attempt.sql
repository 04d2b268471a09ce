-- The log of a release with one more attempt. A receiver that is away is asked every few seconds for days: what is answered
-- the same in a row is one entry with its count, and the last twenty are kept.
CREATE FUNCTION ledger.note_attempt(log jsonb, answers jsonb, at timestamptz) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN log -> -1 -> 'answers' = answers THEN
      (log - -1) || jsonb_build_array((log -> -1) || jsonb_build_object('until', at,
        'count', (log -> -1 ->> 'count')::integer + 1))
    WHEN jsonb_array_length(log) >= 20 THEN
      (log - 0) || jsonb_build_array(jsonb_build_object('from', at, 'until', at, 'count', 1, 'answers', answers))
    ELSE log || jsonb_build_array(jsonb_build_object('from', at, 'until', at, 'count', 1, 'answers', answers))
  END
$$;
