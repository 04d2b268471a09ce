-- What scans of a wave say of kept objects, in the transaction that records their verdicts (record_verdicts.sql).
--
-- | the scan says                                                          | of an object that was | becomes            |
-- |------------------------------------------------------------------------|-----------------------|--------------------|
-- | detect, by the wave's set, or by none that it can name                  | detect                | nothing            |
-- | the same                                                               | anything else         | detect, an alert   |
-- | not detected, by the wave's set, no policy, signatures good today      | not detected          | nothing            |
-- | the same                                                               | anything else         | not detected; its alert says so and stays as it is |
-- | error, timeout                                                         | anything              | nothing, unknown   |
-- | anything else: by another set, or by none                               | anything              | scanned once more (pass_over_rescan.sql) |
--
-- The alert is that of the first scan: there is one, whatever waves say after one another. Inserted it is told to notifiers
-- like any other; joined it is not, but opens again when it was closed. A closed one that is called clean stays closed.

CREATE OR REPLACE FUNCTION ledger.apply_rescans(items jsonb, settings jsonb) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  now_at timestamptz := clock_timestamp();
  running ledger.rescan_waves;
  item record;
  scan ledger.scans;
  kept ledger.kept_objects;
  before text;
  is_told boolean;
  change jsonb;
  joined record;
BEGIN
  SELECT * INTO running FROM ledger.rescan_waves w ORDER BY w.id DESC LIMIT 1;
  FOR item IN SELECT * FROM jsonb_to_recordset(items) AS i ("submissionId" uuid, "decisionSet" text, importance text,
    technologies jsonb, "databaseVersion" bigint, "hasTestSignatures" boolean, "oldestSignaturesAt" timestamptz)
  LOOP
    SELECT * INTO scan FROM ledger.scans s WHERE s.submission_id = item."submissionId";
    SELECT * INTO kept FROM ledger.kept_objects k WHERE k.object_key = scan.object_key FOR UPDATE;
    CONTINUE WHEN NOT FOUND OR kept.submission_id IS NULL;
    before := coalesce(kept.newest ->> 'state', kept.state);
    is_told := CASE scan.state
      WHEN 'detect' THEN coalesce(item."decisionSet", running.decision_set) = running.decision_set
      WHEN 'not detected' THEN scan.policy_applied IS NULL AND scan.released IS NULL
        AND item."decisionSet" IS NOT DISTINCT FROM running.decision_set
        AND (item."hasTestSignatures" IS NOT TRUE OR (settings -> 'allowTestSignatures')::boolean)
        AND (item."oldestSignaturesAt" IS NULL OR item."oldestSignaturesAt"
          >= now_at - make_interval(hours => (settings -> 'maxSignatureAgeHours')::integer))
      ELSE false END;
    IF NOT is_told THEN
      -- An error is the same with every scanner; of an overtaken wave nothing is counted.
      IF scan.state IN ('error', 'timeout') AND scan.rescan_wave = running.id THEN
        UPDATE ledger.kept_objects k SET rescan_wave = running.id, rescan_tries = 0 WHERE k.object_key = kept.object_key;
        UPDATE ledger.rescan_waves w SET done = w.done + 1, unknown = w.unknown + 1, progress_at = now_at
        WHERE w.id = running.id;
      ELSIF scan.rescan_wave = running.id THEN
        PERFORM ledger.pass_over_rescan(kept.object_key, running.id);
      END IF;
      CONTINUE;
    END IF;
    change := jsonb_build_object('state', scan.state, 'stateBefore', before, 'at', now_at,
      'decisionSet', coalesce(item."decisionSet", running.decision_set), 'scanner', scan.scanner, 'submissionId', scan.submission_id,
      'names', ARRAY(SELECT DISTINCT d ->> 'name' FROM jsonb_array_elements(scan.detections) d LIMIT 20));
    UPDATE ledger.kept_objects k SET rescan_wave = running.id, rescan_tries = 0,
      examined_set = coalesce(item."decisionSet", running.decision_set),
      newest = CASE WHEN scan.state <> before THEN change ELSE k.newest END,
      kept_until = CASE WHEN scan.state <> before AND scan.state = 'detect' THEN greatest(k.kept_until,
        now_at + make_interval(days => (settings -> 'quarantineRetentionDays')::integer)) ELSE k.kept_until END
    WHERE k.object_key = kept.object_key;
    UPDATE ledger.rescan_waves w SET done = w.done + (kept.rescan_wave < running.id)::integer,
      detected = w.detected + (scan.state <> before AND scan.state = 'detect')::integer,
      cleared = w.cleared + (scan.state <> before AND scan.state = 'not detected')::integer, progress_at = now_at
    WHERE w.id = running.id;
    CONTINUE WHEN scan.state = before;

    SELECT a.id, a.state INTO joined FROM ledger.alerts a WHERE a.submission_id = kept.submission_id FOR UPDATE;
    IF FOUND THEN
      UPDATE ledger.alerts a SET rescanned = change, changed_at = now_at,
        state = CASE WHEN scan.state = 'detect' AND a.state = 'closed' THEN 'new' ELSE a.state END,
        disposition = CASE WHEN scan.state = 'detect' AND a.state = 'closed' THEN NULL ELSE a.disposition END
      WHERE a.id = joined.id;
      INSERT INTO ledger.alert_log (alert_id, at, operator, state_before, state_after, comment)
      SELECT joined.id, now_at, 'new signatures', x.state_before, x.state_after,
        format('Scanned again with newer signatures: %s, before %s.', scan.state, before)
      FROM (SELECT CASE WHEN scan.state = 'detect' AND joined.state = 'closed' THEN 'closed' END AS state_before,
        CASE WHEN scan.state = 'detect' AND joined.state = 'closed' THEN 'new' END AS state_after) x;
    ELSIF scan.state = 'detect' THEN
      INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
        created_at, submitted_at, started_at, importance, technologies, detections, detections_total, engines,
        database_version, object_key, object_name, object_type, size_bytes, sha256, md5, sha1, detected_type,
        mail_from, rcpt_to, mail_origin, mail, not_examined, not_examined_total, rescanned)
      SELECT kept.submission_id, scan.registration_id, scan.sensor_id, scan.is_mail, first.scan_id, scan.instance,
        scan.source_address, now_at, coalesce(first.accepted_at, kept.kept_at), first.started_at, item.importance,
        ARRAY(SELECT jsonb_array_elements_text(item.technologies)), scan.detections, scan.detections_total, scan.engines,
        item."databaseVersion", scan.object_key, scan.object_name, scan.object_type, scan.size_bytes, scan.sha256,
        scan.md5, scan.sha1, scan.detected_type, scan.mail_from, scan.rcpt_to, scan.mail_origin, scan.mail,
        scan.not_examined, scan.not_examined_total, change
      FROM (SELECT 1) one LEFT JOIN ledger.scans first ON first.submission_id = kept.submission_id;
    END IF;
  END LOOP;
END
$$;
