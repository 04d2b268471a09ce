-- An operator has a finished scan's object scanned again: a new submission of the same registration and object without
-- a scanId (what the caller was told stands), due at once, outside the limits. It raises its own alert.
--
-- `shared`: its bytes are in a file with others', and are copied out of it first (rekey_objects.sql).
--
-- `is_restored`: the plain object was put back beside its sealed form, which scanners cannot open. From here on the scan
-- keeps it there; the row's lock is what the removal of plain objects takes as well.

CREATE OR REPLACE FUNCTION ledger.rescan(submission uuid, new_submission uuid, defaults jsonb, priorities jsonb,
  is_restored boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  original ledger.scans;
  kept ledger.kept_objects;
  settings jsonb;
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  SELECT * INTO original FROM ledger.scans s WHERE s.submission_id = submission;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  -- One at a time for one object.
  IF EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = original.object_key AND s.state = 'processing')
    THEN RETURN 'conflict'; END IF;
  SELECT * INTO kept FROM ledger.kept_objects k WHERE k.object_key = original.object_key FOR UPDATE;
  IF NOT FOUND THEN
    -- Its key may have changed while its row was waited for.
    RETURN CASE WHEN EXISTS (
        SELECT FROM ledger.scans s WHERE s.submission_id = submission AND s.object_key <> original.object_key)
      THEN 'shared' ELSE 'object-gone' END;
  END IF;
  -- The group's file would stay for this scan, and its neighbours' bytes with it.
  IF ledger.group_of(kept.object_key) IS NOT NULL THEN RETURN 'shared'; END IF;
  IF kept.sealed_with IS NOT NULL THEN
    IF NOT is_restored OR kept.seal_at IS NULL OR kept.seal_at <= clock_timestamp() THEN RETURN 'sealed'; END IF;
    UPDATE ledger.kept_objects k SET seal_at = clock_timestamp() WHERE k.object_key = original.object_key;
  END IF;
  settings := ledger.settings(defaults);
  INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
    rescan_of, state, object_key, sha256, size_bytes, object_type, object_name, mail_from, rcpt_to, mail_origin,
    source_address, queue,
    priority, accepted_at, published_at, not_before)
  VALUES (new_submission, original.registration_id, original.sensor_id, original.is_mail, original.instance, NULL, false,
    'processing', original.submission_id, 'processing', original.object_key, original.sha256, original.size_bytes,
    original.object_type, original.object_name, original.mail_from, original.rcpt_to, original.mail_origin,
    original.source_address,
    ledger.job_queue(original.is_mail AND (settings -> 'maximumMailPriority')::boolean, original.size_bytes, settings),
    (priorities -> CASE WHEN original.is_mail AND (settings -> 'maximumMailPriority')::boolean
      THEN 'mail' ELSE 'other' END)::smallint,
    clock_timestamp(), clock_timestamp(), clock_timestamp());
  INSERT INTO ledger.counters AS c (scope, unfinished)
  VALUES ('all', 1), (original.registration_id::text, 1)
  ON CONFLICT (scope) DO UPDATE SET unfinished = c.unfinished + 1;
  RETURN 'done';
END
$$;
