-- Kept objects get the keys of their copies, each in every row that has the old one, and answers which of `old_keys` did. A
-- kept object that is gone or has another key by now gets none: its copy is an orphan.
--
-- `copied_since`: by the database's clock, before the first of the copies was begun. What was copied long ago may have been
-- swept as an orphan while whoever asks stood still, so it is no copy any more.
--
-- Rows that have an object's key: its kept object, its scan, its alert, its releases. There is one scan of a shared key: others
-- of the same object need a file of its own, and come after this.
CREATE OR REPLACE FUNCTION ledger.rekey_objects(old_keys text[], new_keys text[], copied_since timestamptz)
RETURNS SETOF text
LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  moved record;
BEGIN
  FOR moved IN
    SELECT pair.old_key, pair.new_key, k.submission_id FROM unnest(old_keys, new_keys) AS pair (old_key, new_key)
    JOIN ledger.kept_objects k ON k.object_key = pair.old_key ORDER BY pair.old_key FOR UPDATE OF k
  LOOP
    -- Behind the lock, which may have taken its time.
    CONTINUE WHEN clock_timestamp() > copied_since + interval '10 minutes';
    UPDATE ledger.kept_objects k SET object_key = moved.new_key WHERE k.object_key = moved.old_key;
    CONTINUE WHEN NOT FOUND;
    UPDATE ledger.scans s SET object_key = moved.new_key
    WHERE s.submission_id = moved.submission_id AND s.object_key = moved.old_key;
    UPDATE ledger.alerts a SET object_key = moved.new_key
    WHERE a.submission_id = moved.submission_id AND a.object_key = moved.old_key;
    UPDATE ledger.releases r SET object_key = moved.new_key
    WHERE r.submission_id = moved.submission_id AND r.object_key = moved.old_key;
    RETURN NEXT moved.old_key;
  END LOOP;
END
$$;
