-- An operator has a finished scan's object scanned again: a new submission of the same registration and object without
-- a scanId (what the caller was told stands), due at once, outside the limits. It raises its own alert.

CREATE OR REPLACE FUNCTION ledger.rescan(submission uuid, new_submission uuid, defaults jsonb, priorities jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  original ledger.scans;
  settings jsonb;
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  SELECT * INTO original FROM ledger.scans s WHERE s.submission_id = submission;
  IF NOT FOUND THEN RETURN 'not-found'; END IF;
  -- One at a time for one object.
  IF EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = original.object_key AND s.state = 'processing')
    THEN RETURN 'conflict'; END IF;
  IF NOT EXISTS (SELECT FROM ledger.kept_objects k WHERE k.object_key = original.object_key)
    THEN RETURN 'object-gone'; END IF;
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
