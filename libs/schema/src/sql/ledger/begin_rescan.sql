-- One kept object of the wave that runs is scanned again: a new submission of the object without a scanId (what the
-- caller was told stands), of the lowest priority, counted by itself and not among what limits count, due at once. What
-- publishes retries publishes it, what finds lost work finds it.
--
-- | answer        | when                                                                                       |
-- |---------------|--------------------------------------------------------------------------------------------|
-- | `done`        | its row is there                                                                           |
-- | `conflict`    | another wave, no room, it is being scanned, or has no file of its own yet: asked again later |
-- | `object-gone` | no longer kept                                                                             |
-- | `sealed`      | scanners cannot open it, and its plain form was not put back (or goes now)                 |
--
-- Its scan may be gone for long: everything comes from what is kept, but for what alerts say of the caller.

CREATE OR REPLACE FUNCTION ledger.begin_rescan(object text, wave bigint, new_submission uuid, defaults jsonb,
  priorities jsonb, is_restored boolean) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  running ledger.rescan_waves;
  kept ledger.kept_objects;
  original record;
  settings jsonb;
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  SELECT * INTO running FROM ledger.rescan_waves w ORDER BY w.id DESC LIMIT 1;
  IF running.id IS DISTINCT FROM wave OR running.ended_at IS NOT NULL
    OR ledger.rescan_room(running.in_flight, running.decision_set) <= 0 THEN RETURN 'conflict'; END IF;
  SELECT * INTO kept FROM ledger.kept_objects k WHERE k.object_key = object FOR UPDATE;
  IF NOT FOUND OR kept.submission_id IS NULL THEN RETURN 'object-gone'; END IF;
  IF kept.rescan_wave >= wave OR ledger.group_of(object) IS NOT NULL
    OR EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = object AND s.state = 'processing')
    THEN RETURN 'conflict'; END IF;
  IF kept.sealed_with IS NOT NULL THEN
    IF NOT is_restored OR kept.seal_at IS NULL OR kept.seal_at <= clock_timestamp() THEN RETURN 'sealed'; END IF;
    UPDATE ledger.kept_objects k SET seal_at = clock_timestamp() WHERE k.object_key = object;
  END IF;
  settings := ledger.settings(defaults);
  SELECT s.instance, s.source_address INTO original FROM ledger.scans s WHERE s.submission_id = kept.submission_id;
  INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
    rescan_of, rescan_wave, state, object_key, sha256, size_bytes, object_type, object_name, mail_from, rcpt_to,
    mail_origin, source_address, queue, priority, accepted_at, published_at, not_before)
  VALUES (new_submission, kept.registration_id, kept.sensor_id, kept.is_mail, coalesce(original.instance, ''), NULL, false,
    'processing', kept.submission_id, wave, 'processing', object, kept.sha256, kept.size_bytes, kept.object_type,
    kept.object_name, kept.mail_from, kept.rcpt_to, kept.mail_origin, coalesce(original.source_address, ''),
    -- Never that of mail, whose slots are for mail that waits.
    ledger.job_queue(false, kept.size_bytes, settings), (priorities -> 'rescan')::smallint,
    clock_timestamp(), clock_timestamp(), clock_timestamp());
  INSERT INTO ledger.counters AS c (scope, unfinished) VALUES ('rescans', 1)
  ON CONFLICT (scope) DO UPDATE SET unfinished = c.unfinished + 1;
  RETURN 'done';
END
$$;
