-- Records what scanners found, many verdicts in one statement. `items`: as `apps/results` prepares them from
-- verdictSchema; `outcome` is a conclusive state or 'failed-attempt'. One row per item that changed something.
--
-- | row           | item                                           | becomes                                          |
-- |---------------|------------------------------------------------|--------------------------------------------------|
-- | not processing or unknown | any                                | ignored: the first conclusive verdict wins       |
-- | processing    | conclusive, of the row's bytes                 | that state                                       |
-- | processing    | conclusive, of other bytes                     | error, object-altered                            |
-- | processing    | clean, without hash or proof                     | error, unproven                                  |
-- | processing    | error, of the row's bytes, for reasons of the    | what the policy of its system says of them now,  |
-- |               | object alone (`policyReasons`)                   | with the reason and all that was not seen        |
-- | processing    | failed-attempt, first to third                 | still processing, due in 5 s, 30 s, 2 min        |
-- | processing    | failed-attempt, fourth                         | error, too-many-attempts                         |
-- | processing    | failed-attempt, the same as the last           | ignored: a redelivered message is no new attempt |
--
-- A policy never touches an engine that failed, a timeout, test signatures that are not allowed, signatures that are too
-- old, bytes that differ, or a clean without proof: no other line of this table leads to it. The one that counts is the
-- one of this moment, read in this transaction.
--
-- What would not be clean and is a mail that an operator released becomes `not detected`, with `released` that says what it
-- would have been (covering_release.sql), and keeps all that was found; not bytes that differ from those the gateway took.
-- It raises no alert and is not kept: both are there from the first time.
--
-- With the state change, in the same transaction: the alert of a detection, the object kept (detect, error, timeout, and
-- what a policy let through), the failed job of a scan given up, counters, statistics, and what callers see of a group.
-- The first three stand in a statement of their own, which a batch of clean objects goes without: made ready and not
-- used, with the indexes of their tables and the trigger of alerts, they were a fifth of what such a batch costs.
--
-- A verdict that says what decided (`decisionSet`: only of objects that were examined in full, see prepare-verdict.ts) is
-- known from then on, and told again for the same bytes (reuse_verdicts.sql). Passwords of a caller and policies are its
-- own. What ends otherwise is no longer known: the same bytes are looked at anew.
--
-- A scan of a wave (`rescan_wave`) changes its own row and the counters of waves; what else comes of it is apply_rescans.sql's
-- to say. A policy has no say there: it is about what a caller was told.
--
-- Rows are found by the list of ids, and unfinished is told by finished_at: with state = 'processing' the planner would
-- walk a partial index of the whole backlog instead. No nested loops: the planner expects one row where there are 256,
-- and would compare every item with every row.

CREATE OR REPLACE FUNCTION ledger.record_verdicts(items jsonb, defaults jsonb)
RETURNS TABLE (submission_id uuid, outcome text, registration_id uuid, scan_id text, object_key text, is_object_done boolean,
  has_passwords boolean)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  ids uuid[];
  keep_for interval;
  now_at timestamptz;
  settings jsonb;
  policies jsonb;
  results jsonb;
  groups uuid[];
  in_doubt text[];
  rescanned jsonb;
  noted jsonb;
  is_reuse_on boolean;
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  now_at := clock_timestamp();
  ids := ARRAY(SELECT (i ->> 'submissionId')::uuid FROM jsonb_array_elements(items) i);
  settings := ledger.settings(defaults);
  is_reuse_on := coalesce((settings -> 'reuseVerdictsMinutes')::integer, 0) > 0;
  keep_for := make_interval(days => (settings -> 'quarantineRetentionDays')::integer);
  -- By registration; null: none of these needs one.
  IF jsonb_path_exists(items, '$[*].policyReasons[*]') THEN
    SELECT jsonb_object_agg(p.registration_id, jsonb_build_object('actions', p.policy, 'version', p.version)) INTO policies
    FROM registry.unexamined_policies p
    WHERE p.registration_id = ANY (ARRAY(SELECT s.registration_id FROM ledger.scans s WHERE s.submission_id = ANY (ids)));
  END IF;

  WITH item AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(items) AS (
      "submissionId" uuid, outcome text, reason text, "reasonText" text, detections jsonb, "detectionsTotal" integer,
      engines jsonb, md5 text, sha1 text, sha256 text, "detectedType" text, mail jsonb, scanner text,
      "startedAt" timestamptz, attempt text, importance text, technologies jsonb, "databaseVersion" bigint,
      "notExamined" jsonb, "notExaminedTotal" integer, "isProven" boolean, "policyReasons" jsonb,
      "policyDetections" jsonb, "policyImportance" text, "hasTestSignatures" boolean, "oldestSignaturesAt" timestamptz,
      "decisionSet" text, "reusedOf" uuid, "examinedAt" timestamptz
    )) WITH ORDINALITY AS i (submission_id, outcome, reason, reason_text, detections, detections_total, engines,
      md5, sha1, sha256, detected_type, mail, scanner, started_at, attempt, importance, technologies,
      database_version, not_examined, not_examined_total, is_proven, policy_reasons, policy_detections,
      policy_importance, has_test_signatures, oldest_signatures_at, decision_set, reused_of, examined_at, n)
  ), one_each AS (
    -- Of several for one scan the first conclusive counts, else the first.
    SELECT DISTINCT ON (submission_id) * FROM item ORDER BY submission_id, outcome = 'failed-attempt', n
  ), open AS MATERIALIZED (
    SELECT s.submission_id, s.registration_id, s.attempts, s.last_attempt, s.sha256, s.mail_digest, s.rcpt_to,
      s.rescan_wave
    FROM ledger.scans s
    WHERE s.submission_id = ANY (ids) AND s.finished_at IS NULL
  ), examined AS (
    SELECT i.*, s.attempts AS attempts_before, s.registration_id, s.mail_digest, s.rcpt_to,
      CASE
        WHEN i.outcome = 'failed-attempt' THEN CASE WHEN s.attempts >= 3 THEN 'error' END
        WHEN i.sha256 <> s.sha256 THEN 'error'
        -- Clean needs the hash of these bytes and an engine for content that said so: nothing said is nothing known.
        WHEN i.outcome = 'not detected' AND (i.sha256 IS NULL OR i.is_proven IS NOT TRUE) THEN 'error'
        ELSE i.outcome
      END AS true_state,
      CASE
        WHEN i.outcome = 'failed-attempt' THEN CASE WHEN s.attempts >= 3 THEN 'too-many-attempts' END
        WHEN i.sha256 <> s.sha256 THEN 'object-altered'
        WHEN i.outcome = 'not detected' AND (i.sha256 IS NULL OR i.is_proven IS NOT TRUE) THEN 'unproven'
        ELSE i.reason
      END AS new_reason,
      -- Null: no policy has a say.
      CASE WHEN i.outcome = 'error' AND i.policy_reasons ? i.reason AND i.sha256 = s.sha256
        AND (NOT i.has_test_signatures OR (settings -> 'allowTestSignatures')::boolean)
        AND (i.oldest_signatures_at IS NULL OR i.oldest_signatures_at
          >= now_at - make_interval(hours => (settings -> 'maxSignatureAgeHours')::integer))
        AND s.rescan_wave IS NULL
        THEN policies -> s.registration_id::text END AS policy
    FROM one_each i JOIN open s ON s.submission_id = i.submission_id
    WHERE i.outcome <> 'failed-attempt' OR s.last_attempt IS DISTINCT FROM i.attempt
  ), decided AS (
    SELECT e.*, CASE WHEN e.policy IS NULL THEN e.true_state
      ELSE ledger.strictest_action(e.policy_reasons, e.policy -> 'actions') END AS decided_state
    FROM examined e
  ), met AS MATERIALIZED (
    -- Null of a failed attempt, too: it is tried again first.
    SELECT d.*, CASE WHEN d.mail_digest IS NOT NULL AND d.decided_state <> 'not detected'
      AND d.new_reason IS DISTINCT FROM 'object-altered'
      THEN ledger.covering_release(d.mail_digest, d.registration_id, d.rcpt_to) END AS release_id
    FROM decided d
  ), ended AS (
    SELECT m.*, CASE WHEN m.release_id IS NULL THEN m.decided_state ELSE 'not detected' END AS new_state,
      CASE WHEN m.release_id IS NOT NULL THEN jsonb_build_object(
        'releaseId', m.release_id, 'stateBefore', m.decided_state) END AS released
    FROM met m
  ), judged AS MATERIALIZED (
    SELECT d.*,
      CASE WHEN d.new_state = 'detect' AND d.true_state = 'error' THEN coalesce((
          SELECT jsonb_agg(one.found -> 'detection') FROM jsonb_array_elements(d.policy_detections) AS one (found)
          WHERE d.policy -> 'actions' ->> (one.found ->> 'reason') = 'detect'
        ), '[]') ELSE d.detections END AS new_detections,
      CASE WHEN d.release_id IS NULL AND d.new_state <> d.true_state THEN jsonb_build_object(
        'state', d.new_state, 'stateBefore', d.true_state, 'reasons', d.policy_reasons, 'version', d.policy -> 'version')
      END AS policy_applied
    FROM ended d
  ), changed AS (
    UPDATE ledger.scans s SET
      state = coalesce(j.new_state, s.state),
      shown_state = CASE WHEN s.group_id IS NULL THEN coalesce(j.new_state, s.state) ELSE s.shown_state END,
      attempts = s.attempts + (j.attempt IS NOT NULL)::integer,
      last_attempt = coalesce(j.attempt, s.last_attempt),
      not_before = CASE WHEN j.new_state IS NULL
        THEN now_at + (ARRAY['5 s', '30 s', '2 min'])[j.attempts_before + 1]::interval END,
      reason = j.new_reason,
      reason_text = j.reason_text,
      finished_at = CASE WHEN j.new_state IS NOT NULL THEN now_at END,
      -- By the scanner's clock, so it is only trusted between what this clock saw.
      started_at = coalesce(least(greatest(j.started_at, s.accepted_at), now_at), s.started_at),
      scanner = coalesce(j.scanner, s.scanner),
      detections = coalesce(j.new_detections, '[]'),
      detections_total = greatest(j.detections_total, jsonb_array_length(j.new_detections), 0),
      engines = coalesce(j.engines, '[]'),
      not_examined = coalesce(j.not_examined, '[]'),
      not_examined_total = coalesce(j.not_examined_total, 0),
      policy_applied = j.policy_applied,
      released = j.released,
      reused_of = j.reused_of,
      examined_at = j.examined_at,
      md5 = j.md5, sha1 = j.sha1, detected_type = j.detected_type, mail = j.mail
    FROM judged j
    WHERE s.submission_id = ANY (ids) AND s.submission_id = j.submission_id AND s.finished_at IS NULL
    RETURNING s.*, j.n, j.technologies, j.database_version, j.has_test_signatures, j.oldest_signatures_at,
      j.decision_set AS decided_by,
      CASE WHEN is_reuse_on AND s.state IN ('detect', 'not detected') AND j.policy_applied IS NULL AND j.released IS NULL
        AND s.passwords_mark IS NULL THEN j.decision_set END AS decision_set,
      CASE WHEN j.policy_applied IS NULL THEN j.importance ELSE j.policy_importance END AS importance
  ), concluded AS (
    SELECT * FROM changed WHERE state <> 'processing'
  ), known AS (
    INSERT INTO ledger.known_verdicts (sha256, object_type, registration_id, submission_id, scanner, decision_set,
      recorded_at, has_test_signatures, oldest_signatures_at, importance, technologies, database_version)
    SELECT DISTINCT ON (sha256, object_type, registration_id) sha256, object_type, registration_id, submission_id, scanner,
      decision_set, now_at, has_test_signatures, oldest_signatures_at, importance, technologies, database_version
    FROM concluded WHERE decision_set IS NOT NULL ORDER BY sha256, object_type, registration_id, n DESC
    ON CONFLICT (sha256, object_type, registration_id) DO UPDATE SET submission_id = excluded.submission_id,
      scanner = excluded.scanner, decision_set = excluded.decision_set, recorded_at = excluded.recorded_at,
      has_test_signatures = excluded.has_test_signatures, oldest_signatures_at = excluded.oldest_signatures_at,
      importance = excluded.importance, technologies = excluded.technologies,
      database_version = excluded.database_version
  ), counted AS (
    UPDATE ledger.counters c SET unfinished = c.unfinished - done.scans
    FROM (SELECT coalesce(registration_id::text, 'all') AS scope, count(*) AS scans FROM concluded
          WHERE rescan_wave IS NULL GROUP BY GROUPING SETS ((registration_id), ())
          UNION ALL SELECT 'rescans', count(*) FROM concluded WHERE rescan_wave IS NOT NULL HAVING count(*) > 0) done
    WHERE c.scope = done.scope
  ), minute AS (
    INSERT INTO ledger.minutes AS m (minute, is_mail, detect, not_detected, timeout, error)
    SELECT date_trunc('minute', now_at), is_mail, count(*) FILTER (WHERE state = 'detect'),
      count(*) FILTER (WHERE state = 'not detected'), count(*) FILTER (WHERE state = 'timeout'),
      count(*) FILTER (WHERE state = 'error')
    FROM concluded WHERE rescan_wave IS NULL GROUP BY is_mail
    ON CONFLICT (minute, is_mail) DO UPDATE SET detect = m.detect + excluded.detect,
      not_detected = m.not_detected + excluded.not_detected, timeout = m.timeout + excluded.timeout,
      error = m.error + excluded.error
  ), timed AS (
    INSERT INTO ledger.verdict_minutes AS v (minute, is_mail, bucket, verdicts)
    SELECT date_trunc('minute', now_at), is_mail,
      ceil(ln(greatest(1, extract(epoch FROM now_at - accepted_at)::float8 * 1000)) / ln(1.15::float8))::smallint, count(*)
    FROM concluded WHERE rescan_wave IS NULL GROUP BY is_mail, 3
    ON CONFLICT (minute, is_mail, bucket) DO UPDATE SET verdicts = v.verdicts + excluded.verdicts
  )
  SELECT jsonb_agg(jsonb_build_object(
      'submission_id', c.submission_id, 'outcome', c.state, 'registration_id', c.registration_id,
      'scan_id', c.scan_id, 'object_key', c.object_key, 'has_passwords', c.passwords_mark IS NOT NULL,
      'is_object_done', c.state <> 'processing'
        AND ((c.state = 'not detected' AND c.policy_applied IS NULL) OR keep_for = interval '0')
        -- Kept for an earlier scan of it. One by one: never a look at all of them.
        AND (SELECT true FROM ledger.kept_objects k WHERE k.object_key = c.object_key LIMIT 1) IS NULL) ORDER BY c.n),
    array_agg(DISTINCT c.group_id) FILTER (WHERE c.group_id IS NOT NULL AND c.state <> 'processing'),
    array_agg(DISTINCT c.sha256) FILTER (
      WHERE c.state NOT IN ('processing', 'not detected') AND c.decision_set IS NULL AND c.reused_of IS NULL),
    jsonb_agg(jsonb_build_object('submissionId', c.submission_id, 'decisionSet', c.decided_by, 'importance', c.importance,
      'technologies', c.technologies, 'databaseVersion', c.database_version, 'hasTestSignatures', c.has_test_signatures,
      'oldestSignaturesAt', c.oldest_signatures_at) ORDER BY c.n)
      FILTER (WHERE c.rescan_wave IS NOT NULL AND c.state <> 'processing'),
    jsonb_agg(jsonb_build_object('n', c.n, 'submissionId', c.submission_id, 'importance', c.importance,
      'technologies', c.technologies, 'databaseVersion', c.database_version, 'decidedBy', c.decided_by))
      FILTER (WHERE c.rescan_wave IS NULL AND c.state <> 'processing' AND (c.state <> 'not detected'
        OR c.policy_applied IS NOT NULL OR c.reason IN ('too-many-attempts', 'too-many-begins', 'bad-message')))
  INTO results, groups, in_doubt, rescanned, noted FROM changed c;

  IF noted IS NOT NULL THEN
    WITH note AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(noted) AS i (n bigint, "submissionId" uuid, importance text, technologies jsonb,
        "databaseVersion" bigint, "decidedBy" text)
    ), concluded AS MATERIALIZED (
      SELECT s.*, i.n, i.importance, i.technologies, i."databaseVersion" AS database_version, i."decidedBy" AS decided_by
      FROM ledger.scans s JOIN note i ON i."submissionId" = s.submission_id
      WHERE s.submission_id = ANY (ids)
    ), alerted AS (
      INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
        created_at, submitted_at, started_at, importance, technologies, detections, detections_total, engines,
        database_version, object_key, object_name, object_type, size_bytes, sha256, md5, sha1, detected_type,
        mail_from, rcpt_to, mail_origin, mail, not_examined, not_examined_total, policy_applied, reused_of, examined_at)
      SELECT submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
        now_at, accepted_at, started_at, importance, ARRAY(SELECT jsonb_array_elements_text(technologies)), detections,
        detections_total, engines, database_version, object_key, object_name, object_type, size_bytes, sha256, md5, sha1,
        detected_type, mail_from, rcpt_to, mail_origin, mail, not_examined, not_examined_total, policy_applied, reused_of,
        examined_at
      FROM concluded WHERE state = 'detect' ORDER BY n
    ), given_up AS (
      INSERT INTO ledger.failed_jobs (kind, submission_id, reason, reason_text, failed_at)
      SELECT 'scan', submission_id, reason, reason_text, now_at FROM concluded
      WHERE reason IN ('too-many-attempts', 'too-many-begins', 'bad-message')
      ON CONFLICT (submission_id) WHERE kind = 'scan' DO NOTHING
    )
    INSERT INTO ledger.kept_objects AS k (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
      sensor_id, is_mail, state, reason, names, object_name, object_type, sha256, mail_from, rcpt_to, mail_origin, mail,
      mail_digest, examined_set, rescan_wave)
    SELECT DISTINCT ON (object_key) object_key, size_bytes, now_at, now_at + keep_for, submission_id, registration_id,
      sensor_id, is_mail, state, reason,
      ARRAY(SELECT DISTINCT d ->> 'name' FROM jsonb_array_elements(detections) AS one (d) LIMIT 20),
      object_name, object_type, sha256, mail_from, rcpt_to, mail_origin, mail, mail_digest, decided_by,
      coalesce((SELECT CASE WHEN coalesce(decided_by, w.decision_set) = w.decision_set THEN w.id END
        FROM ledger.rescan_waves w ORDER BY w.id DESC LIMIT 1), 0)
    FROM concluded WHERE (state <> 'not detected' OR policy_applied IS NOT NULL) AND keep_for > interval '0'
    ORDER BY object_key, n
    ON CONFLICT (object_key) DO UPDATE SET kept_until = greatest(k.kept_until, excluded.kept_until);
  END IF;

  IF rescanned IS NOT NULL THEN
    PERFORM ledger.apply_rescans(rescanned, settings);
  END IF;

  IF in_doubt IS NOT NULL THEN
    DELETE FROM ledger.known_verdicts k WHERE k.sha256 = ANY (in_doubt);
  END IF;

  IF groups IS NOT NULL THEN
    UPDATE ledger.scans h SET shown_state = g.shown_state
    FROM (
      SELECT m.group_id, CASE WHEN bool_or(m.state = 'processing') THEN 'processing'
        ELSE (ARRAY['not detected', 'timeout', 'error', 'detect'])[
          max(array_position(ARRAY['not detected', 'timeout', 'error', 'detect'], m.state))] END AS shown_state
      FROM ledger.scans m WHERE m.group_id = ANY (groups) GROUP BY m.group_id
    ) g
    WHERE h.group_id = ANY (groups) AND h.group_id = g.group_id AND h.is_shown AND h.shown_state <> g.shown_state;
  END IF;

  RETURN QUERY SELECT r.* FROM jsonb_to_recordset(results) AS r (
    submission_id uuid, outcome text, registration_id uuid, scan_id text, object_key text, is_object_done boolean,
    has_passwords boolean);
END
$$;
