-- The database of release 0.1.0 with a row or more in nearly every table, as pg_dump --inserts wrote it.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA deliveries;
CREATE SCHEMA ledger;
CREATE SCHEMA migrations;
CREATE SCHEMA registry;
CREATE TYPE ledger.admission AS (
	n bigint,
	outcome text,
	scope text,
	is_mail boolean,
	queue text,
	priority smallint,
	head_id uuid,
	group_id uuid
);
CREATE FUNCTION ledger.accept(items jsonb, defaults jsonb, priorities jsonb) RETURNS TABLE(outcome text, scope text, queue text, priority smallint)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
  settings jsonb;
  ids uuid[];
  now_at timestamptz;
  unfinished_in_all integer;
  is_mail_first boolean;
  limit_in_all integer;
  limit_of_others integer;
  admissions ledger.admission[];
BEGIN
  SELECT c.unfinished INTO unfinished_in_all FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  now_at := clock_timestamp();
  settings := ledger.settings(defaults);
  ids := ARRAY(SELECT (i ->> 'submissionId')::uuid FROM jsonb_array_elements(items) i);
  is_mail_first := (settings -> 'maximumMailPriority')::boolean;
  limit_in_all := (settings -> 'maxConcurrentScans')::integer;
  -- The last tenth is kept for mail; a limit of 1 still lets one scan of the others through.
  limit_of_others := CASE WHEN is_mail_first THEN greatest(1, limit_in_all * 9 / 10) ELSE limit_in_all END;
  WITH item AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(items) AS (
      "submissionId" uuid, "sensorId" text, fingerprint text, "registrationId" uuid, "scanId" text, instance text,
      "sizeBytes" bigint, sha256 text, "objectType" text
    )) WITH ORDINALITY AS i (submission_id, sensor_id, fingerprint, registration_id, scan_id, instance,
      size_bytes, sha256, object_type, n)
  ), known AS MATERIALIZED (
    SELECT s.submission_id, s.queue, s.priority FROM ledger.scans s WHERE s.submission_id = ANY (ids)
  ), looked AS (
    SELECT i.n, i.registration_id, i.size_bytes, pair.type = 'mail' AS is_mail, pair.max_unfinished_scans AS system_limit,
      own.queue AS own_queue, own.priority AS own_priority, head.submission_id AS head_id,
      CASE WHEN head.is_live AND head.shown_state = 'processing'
        THEN coalesce(head.group_id, head.submission_id) END AS group_id,
      CASE
        WHEN own.submission_id IS NOT NULL THEN 'accepted before'
        WHEN pair.type IS NULL THEN 'not-accepted'
        WHEN coalesce(head.is_live, false) AND EXISTS (
          SELECT FROM ledger.scans t
          WHERE t.submission_id = head.submission_id AND t.sha256 = i.sha256 AND t.object_type = i.object_type
            AND (t.state = 'processing' OR t.accepted_at > now_at - interval '10 minutes')
          UNION ALL
          SELECT FROM ledger.scans t
          WHERE t.group_id = head.group_id AND t.sha256 = i.sha256 AND t.object_type = i.object_type
            AND (t.state = 'processing' OR t.accepted_at > now_at - interval '10 minutes')
        ) THEN 'exists'
        ELSE 'new'
      END AS found
    FROM item i
    LEFT JOIN known own ON own.submission_id = i.submission_id
    LEFT JOIN LATERAL (
      SELECT c.type, c.max_unfinished_scans FROM registry.accepted_certificates c
      WHERE c.sensor_id = i.sensor_id AND c.fingerprint = i.fingerprint AND c.registration_id = i.registration_id
      LIMIT 1
    ) pair ON true
    LEFT JOIN LATERAL (
      SELECT h.submission_id, h.group_id, h.shown_state, NOT EXISTS (
          SELECT FROM ledger.watermarks w
          WHERE w.registration_id = h.registration_id AND w.instance IN ('*', h.instance) AND w.seq >= h.seq
        ) AS is_live
      FROM ledger.scans h
      WHERE h.scan_id = i.scan_id AND h.instance = i.instance AND h.is_shown
        -- Said so that only the index by key can be used.
        AND h.registration_id IS NOT DISTINCT FROM i.registration_id
      LIMIT 1
    ) head ON true
  ), in_system AS (
    SELECT l.*, l.system_limit IS NULL OR coalesce(c.unfinished, 0)
        + row_number() OVER (PARTITION BY l.registration_id, l.found ORDER BY l.n) <= l.system_limit AS fits_system
    FROM looked l LEFT JOIN ledger.counters c ON c.scope = l.registration_id::text
  ), in_all AS (
    -- Once one is refused so are all after it in this order, so that a rank may count the refused ones before it.
    SELECT s.*, unfinished_in_all + row_number() OVER (PARTITION BY s.found, s.fits_system ORDER BY NOT s.is_mail, s.n)
        <= CASE WHEN s.is_mail THEN limit_in_all ELSE limit_of_others END AS fits_all
    FROM in_system s
  )
  SELECT array_agg(ROW(
      a.n,
      CASE WHEN a.found <> 'new' THEN a.found WHEN a.fits_system AND a.fits_all THEN 'new' ELSE 'limit' END,
      CASE WHEN a.found <> 'new' THEN NULL WHEN NOT a.fits_system THEN 'system' WHEN NOT a.fits_all THEN 'all' END,
      a.is_mail,
      coalesce(a.own_queue, CASE WHEN a.size_bytes > (settings -> 'heavyObjectBytes')::bigint THEN 'heavy' ELSE 'light' END),
      coalesce(a.own_priority, (priorities -> CASE WHEN a.is_mail AND is_mail_first THEN 'mail' ELSE 'other' END)::smallint),
      a.head_id, a.group_id
    )::ledger.admission ORDER BY a.n)
  INTO admissions FROM in_all a;
  -- Before the insert: a key has one shown row at any moment.
  IF EXISTS (SELECT FROM unnest(admissions) a WHERE a.outcome = 'new' AND a.head_id IS NOT NULL) THEN
    UPDATE ledger.scans h SET is_shown = false, group_id = coalesce(a.group_id, h.group_id)
    FROM unnest(admissions) a WHERE a.outcome = 'new' AND h.submission_id = a.head_id;
  END IF;
  WITH inserted AS (
    INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown,
      shown_state, group_id, state, object_key, sha256, size_bytes, object_type, object_name, mail_from, rcpt_to,
      source_address, queue, priority, accepted_at, published_at)
    SELECT i.submission_id, i.registration_id, i.sensor_id, i.is_mail, i.instance, i.scan_id, i.scan_id IS NOT NULL,
      'processing', i.group_id, 'processing', i.object_key, i.sha256, i.size_bytes, i.object_type, i.object_name,
      i.mail_from, i.rcpt_to, i.source_address, i.queue, i.priority, now_at, now_at
    FROM ROWS FROM (
      jsonb_to_recordset(items) AS ("submissionId" uuid, "registrationId" uuid, "sensorId" text, "scanId" text,
        instance text, "objectKey" text, sha256 text, "sizeBytes" bigint, "objectType" text, "objectName" text,
        "mailFrom" text, "rcptTo" jsonb, "sourceAddress" text),
      unnest(admissions)
    ) AS i (submission_id, registration_id, sensor_id, scan_id, instance, object_key, sha256, size_bytes, object_type,
      object_name, mail_from, rcpt_to, source_address, n, outcome, scope, is_mail, queue, priority, head_id, group_id)
    WHERE i.outcome = 'new' ORDER BY i.n
    RETURNING registration_id, is_mail
  ), counted AS (
    INSERT INTO ledger.minutes AS m (minute, is_mail, accepted)
    SELECT date_trunc('minute', now_at), is_mail, count(*) FROM inserted GROUP BY is_mail
    ON CONFLICT (minute, is_mail) DO UPDATE SET accepted = m.accepted + excluded.accepted
  )
  INSERT INTO ledger.counters AS c (scope, unfinished)
  SELECT coalesce(registration_id::text, 'all'), count(*) FROM inserted
  GROUP BY GROUPING SETS ((registration_id), ()) HAVING count(*) > 0
  ON CONFLICT (scope) DO UPDATE SET unfinished = c.unfinished + excluded.unfinished;
  RETURN QUERY
    SELECT CASE WHEN a.outcome IN ('new', 'accepted before') THEN 'accepted' ELSE a.outcome END, a.scope, a.queue, a.priority
    FROM unnest(admissions) a ORDER BY a.n;
END
$$;
CREATE FUNCTION ledger.admit(registration uuid, is_mail boolean, defaults jsonb) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN coalesce((SELECT unfinished FROM ledger.counters WHERE scope = registration::text), 0)
      >= (SELECT min(max_unfinished_scans) FROM registry.accepted_certificates WHERE registration_id = registration)
      THEN 'system'
    WHEN (SELECT unfinished FROM ledger.counters WHERE scope = 'all')
      >= CASE WHEN NOT is_mail AND (s -> 'maximumMailPriority')::boolean
          THEN greatest(1, (s -> 'maxConcurrentScans')::integer * 9 / 10)
          ELSE (s -> 'maxConcurrentScans')::integer END
      THEN 'all'
  END
  FROM ledger.settings(defaults) s
$$;
CREATE FUNCTION ledger.delete_all_scans(registration uuid, of_instance text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  INSERT INTO ledger.watermarks AS w (registration_id, instance, seq, set_at)
  SELECT registration, coalesce(of_instance, '*'), coalesce(max(s.seq), 0), clock_timestamp() FROM ledger.scans s
  ON CONFLICT (registration_id, instance)
    DO UPDATE SET seq = excluded.seq, set_at = excluded.set_at, is_purged = false;
END
$$;
CREATE FUNCTION ledger.delete_scans(items jsonb) RETURNS TABLE(deleted integer)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
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
CREATE FUNCTION ledger.note_alerts() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO ledger.outbox (alert_id) SELECT id FROM added ORDER BY id;
  RETURN NULL;
END
$$;
CREATE FUNCTION ledger.purge_watermarked(max_rows integer) RETURNS integer
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
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
CREATE FUNCTION ledger.record_verdicts(items jsonb, defaults jsonb) RETURNS TABLE(submission_id uuid, outcome text, registration_id uuid, object_key text, is_object_done boolean)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE
  ids uuid[];
  keep_for interval;
  now_at timestamptz;
  results jsonb;
  groups uuid[];
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  now_at := clock_timestamp();
  ids := ARRAY(SELECT (i ->> 'submissionId')::uuid FROM jsonb_array_elements(items) i);
  keep_for := make_interval(days => (ledger.settings(defaults) -> 'quarantineRetentionDays')::integer);
  WITH item AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(items) AS (
      "submissionId" uuid, outcome text, reason text, "reasonText" text, detections jsonb, "detectionsTotal" integer,
      engines jsonb, md5 text, sha1 text, sha256 text, "detectedType" text, mail jsonb, scanner text,
      "startedAt" timestamptz, attempt text, importance text, technologies jsonb, "databaseVersion" bigint
    )) WITH ORDINALITY AS i (submission_id, outcome, reason, reason_text, detections, detections_total, engines,
      md5, sha1, sha256, detected_type, mail, scanner, started_at, attempt, importance, technologies,
      database_version, n)
  ), one_each AS (
    -- Of several for one scan the first conclusive counts, else the first.
    SELECT DISTINCT ON (submission_id) * FROM item ORDER BY submission_id, outcome = 'failed-attempt', n
  ), open AS MATERIALIZED (
    SELECT s.submission_id, s.attempts, s.last_attempt, s.sha256 FROM ledger.scans s
    WHERE s.submission_id = ANY (ids) AND s.finished_at IS NULL
  ), judged AS MATERIALIZED (
    SELECT i.*, s.attempts AS attempts_before,
      CASE
        WHEN i.outcome = 'failed-attempt' THEN CASE WHEN s.attempts >= 3 THEN 'error' END
        WHEN i.sha256 <> s.sha256 THEN 'error'
        ELSE i.outcome
      END AS new_state,
      CASE
        WHEN i.outcome = 'failed-attempt' THEN CASE WHEN s.attempts >= 3 THEN 'too-many-attempts' END
        WHEN i.sha256 <> s.sha256 THEN 'object-altered'
        ELSE i.reason
      END AS new_reason
    FROM one_each i JOIN open s ON s.submission_id = i.submission_id
    WHERE i.outcome <> 'failed-attempt' OR s.last_attempt IS DISTINCT FROM i.attempt
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
      detections = coalesce(j.detections, '[]'),
      detections_total = coalesce(j.detections_total, 0),
      engines = coalesce(j.engines, '[]'),
      md5 = j.md5, sha1 = j.sha1, detected_type = j.detected_type, mail = j.mail
    FROM judged j
    WHERE s.submission_id = ANY (ids) AND s.submission_id = j.submission_id AND s.finished_at IS NULL
    RETURNING s.*, j.n, j.importance, j.technologies, j.database_version
  ), concluded AS (
    SELECT * FROM changed WHERE state <> 'processing'
  ), alerted AS (
    INSERT INTO ledger.alerts (submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
      created_at, submitted_at, started_at, importance, technologies, detections, detections_total, engines,
      database_version, object_key, object_name, object_type, size_bytes, sha256, md5, sha1, detected_type,
      mail_from, rcpt_to, mail)
    SELECT submission_id, registration_id, sensor_id, is_mail, scan_id, instance, source_address,
      now_at, accepted_at, started_at, importance, ARRAY(SELECT jsonb_array_elements_text(technologies)), detections,
      detections_total, engines, database_version, object_key, object_name, object_type, size_bytes, sha256, md5, sha1,
      detected_type, mail_from, rcpt_to, mail
    FROM concluded WHERE state = 'detect' ORDER BY n
  ), kept AS (
    INSERT INTO ledger.kept_objects AS k (object_key, size_bytes, kept_at, kept_until)
    SELECT object_key, max(size_bytes), now_at, now_at + keep_for FROM concluded
    WHERE state <> 'not detected' AND keep_for > interval '0' GROUP BY object_key
    ON CONFLICT (object_key) DO UPDATE SET kept_until = greatest(k.kept_until, excluded.kept_until)
  ), given_up AS (
    INSERT INTO ledger.failed_jobs (kind, submission_id, reason, reason_text, failed_at)
    SELECT 'scan', submission_id, reason, reason_text, now_at FROM concluded
    WHERE reason IN ('too-many-attempts', 'too-many-begins', 'bad-message')
    ON CONFLICT (submission_id) WHERE kind = 'scan' DO NOTHING
  ), counted AS (
    UPDATE ledger.counters c SET unfinished = c.unfinished - done.scans
    FROM (SELECT coalesce(registration_id::text, 'all') AS scope, count(*) AS scans FROM concluded
          GROUP BY GROUPING SETS ((registration_id), ())) done
    WHERE c.scope = done.scope
  ), minute AS (
    INSERT INTO ledger.minutes AS m (minute, is_mail, detect, not_detected, timeout, error)
    SELECT date_trunc('minute', now_at), is_mail, count(*) FILTER (WHERE state = 'detect'),
      count(*) FILTER (WHERE state = 'not detected'), count(*) FILTER (WHERE state = 'timeout'),
      count(*) FILTER (WHERE state = 'error')
    FROM concluded GROUP BY is_mail
    ON CONFLICT (minute, is_mail) DO UPDATE SET detect = m.detect + excluded.detect,
      not_detected = m.not_detected + excluded.not_detected, timeout = m.timeout + excluded.timeout,
      error = m.error + excluded.error
  ), timed AS (
    INSERT INTO ledger.verdict_minutes AS v (minute, is_mail, bucket, verdicts)
    SELECT date_trunc('minute', now_at), is_mail,
      ceil(ln(greatest(1, extract(epoch FROM now_at - accepted_at)::float8 * 1000)) / ln(1.15::float8))::smallint, count(*)
    FROM concluded GROUP BY is_mail, 3
    ON CONFLICT (minute, is_mail, bucket) DO UPDATE SET verdicts = v.verdicts + excluded.verdicts
  )
  SELECT jsonb_agg(jsonb_build_object(
      'submission_id', c.submission_id, 'outcome', c.state, 'registration_id', c.registration_id,
      'object_key', c.object_key, 'is_object_done', c.state <> 'processing'
        AND (c.state = 'not detected' OR keep_for = interval '0')
        -- Kept for an earlier scan of it. One by one: never a look at all of them.
        AND (SELECT true FROM ledger.kept_objects k WHERE k.object_key = c.object_key LIMIT 1) IS NULL) ORDER BY c.n),
    array_agg(DISTINCT c.group_id) FILTER (WHERE c.group_id IS NOT NULL AND c.state <> 'processing')
  INTO results, groups FROM changed c;
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
    submission_id uuid, outcome text, registration_id uuid, object_key text, is_object_done boolean);
END
$$;
CREATE FUNCTION ledger.rescan(submission uuid, new_submission uuid, defaults jsonb, priorities jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
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
    rescan_of, state, object_key, sha256, size_bytes, object_type, object_name, mail_from, rcpt_to, source_address, queue,
    priority, accepted_at, published_at, not_before)
  VALUES (new_submission, original.registration_id, original.sensor_id, original.is_mail, original.instance, NULL, false,
    'processing', original.submission_id, 'processing', original.object_key, original.sha256, original.size_bytes,
    original.object_type, original.object_name, original.mail_from, original.rcpt_to, original.source_address,
    CASE WHEN original.size_bytes > (settings -> 'heavyObjectBytes')::bigint THEN 'heavy' ELSE 'light' END,
    (priorities -> CASE WHEN original.is_mail AND (settings -> 'maximumMailPriority')::boolean
      THEN 'mail' ELSE 'other' END)::smallint,
    clock_timestamp(), clock_timestamp(), clock_timestamp());
  INSERT INTO ledger.counters AS c (scope, unfinished)
  VALUES ('all', 1), (original.registration_id::text, 1)
  ON CONFLICT (scope) DO UPDATE SET unfinished = c.unfinished + 1;
  RETURN 'done';
END
$$;
CREATE FUNCTION ledger.settings(defaults jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT defaults || coalesce(jsonb_object_agg(v.key, v.value), '{}')
  FROM registry.setting_values v
  WHERE defaults ? v.key AND jsonb_typeof(v.value) = jsonb_typeof(defaults -> v.key)
$$;
CREATE FUNCTION ledger.time_series(from_at timestamp with time zone, until_at timestamp with time zone, step interval) RETURNS TABLE(at timestamp with time zone, type text, accepted bigint, detect bigint, not_detected bigint, timeout bigint, error bigint, p50_ms double precision, p95_ms double precision)
    LANGUAGE sql STABLE
    AS $$
  WITH counted AS (
    SELECT date_bin(step, minute, from_at) AS at, type, sum(accepted) AS accepted, sum(detect) AS detect,
      sum(not_detected) AS not_detected, sum(timeout) AS timeout, sum(error) AS error
    FROM ledger.scans_per_minute WHERE minute >= from_at AND minute < until_at GROUP BY 1, 2
  ), summed AS (
    SELECT at, type, bucket, sum(verdicts) OVER (PARTITION BY at, type ORDER BY bucket) AS up_to,
      sum(verdicts) OVER (PARTITION BY at, type) AS total
    FROM (SELECT date_bin(step, minute, from_at) AS at, type, bucket, sum(verdicts) AS verdicts FROM ledger.verdict_times
          WHERE minute >= from_at AND minute < until_at GROUP BY 1, 2, 3) b
  ), timed AS (
    -- The middle of the first bucket that reaches the share.
    SELECT at, type, 1.15 ^ (min(bucket) FILTER (WHERE up_to >= total * 0.50) - 0.5) AS p50_ms,
      1.15 ^ (min(bucket) FILTER (WHERE up_to >= total * 0.95) - 0.5) AS p95_ms
    FROM summed GROUP BY at, type
  )
  SELECT at, type, c.accepted, c.detect, c.not_detected, c.timeout, c.error, t.p50_ms::float8, t.p95_ms::float8
  FROM counted c LEFT JOIN timed t USING (at, type) ORDER BY at, type
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE ledger.alerts (
    id bigint NOT NULL,
    submission_id uuid NOT NULL,
    registration_id uuid NOT NULL,
    sensor_id text NOT NULL,
    is_mail boolean NOT NULL,
    scan_id text,
    instance text NOT NULL,
    source_address text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    importance text NOT NULL,
    state text DEFAULT 'new'::text NOT NULL,
    assignee text,
    changed_at timestamp with time zone,
    technologies text[] NOT NULL,
    detections jsonb NOT NULL,
    detections_total integer NOT NULL,
    engines jsonb NOT NULL,
    database_version bigint NOT NULL,
    object_key text NOT NULL,
    object_name text,
    object_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    md5 text,
    sha1 text,
    detected_type text,
    mail_from text,
    rcpt_to jsonb NOT NULL,
    mail jsonb,
    CONSTRAINT alerts_importance_check CHECK ((importance = ANY (ARRAY['high'::text, 'medium'::text, 'low'::text]))),
    CONSTRAINT alerts_state_check CHECK ((state = ANY (ARRAY['new'::text, 'in-process'::text, 'closed'::text])))
);
CREATE TABLE ledger.kept_objects (
    object_key text NOT NULL,
    size_bytes bigint NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    kept_until timestamp with time zone NOT NULL
);
CREATE TABLE registry.registrations (
    id uuid NOT NULL,
    sensor_id text NOT NULL,
    type text NOT NULL,
    name text,
    answer_format text DEFAULT 'actual'::text NOT NULL,
    alerts_feed text DEFAULT 'own'::text NOT NULL,
    max_unfinished_scans integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT registrations_alerts_feed_check CHECK ((alerts_feed = ANY (ARRAY['own'::text, 'all'::text, 'none'::text]))),
    CONSTRAINT registrations_answer_format_check CHECK ((answer_format = ANY (ARRAY['actual'::text, 'documented'::text]))),
    CONSTRAINT registrations_max_unfinished_scans_check CHECK ((max_unfinished_scans >= 1)),
    CONSTRAINT registrations_type_check CHECK ((type = ANY (ARRAY['mail'::text, 'other'::text])))
);
CREATE VIEW deliveries.alert_facts AS
 SELECT a.id AS alert_id,
    a.created_at,
    a.submitted_at,
    a.importance,
    a.technologies,
    jsonb_path_query_array(a.detections, '$[0 to 49]'::jsonpath) AS detections,
    a.detections_total,
    a.object_name,
    a.object_type,
    a.size_bytes,
    a.sha256,
    a.md5,
    a.sha1,
    a.detected_type,
    k.kept_until AS object_kept_until,
    a.is_mail,
    a.registration_id,
    a.sensor_id,
    r.name AS system_name,
    a.instance,
    a.scan_id,
    a.source_address,
    a.mail_from,
    a.rcpt_to,
    a.mail
   FROM ((ledger.alerts a
     LEFT JOIN registry.registrations r ON ((r.id = a.registration_id)))
     LEFT JOIN ledger.kept_objects k ON ((k.object_key = a.object_key)));
CREATE TABLE deliveries.attempts (
    id bigint NOT NULL,
    delivery_id uuid NOT NULL,
    lease uuid NOT NULL,
    instance text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    outcome text,
    answer text,
    CONSTRAINT attempts_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'failed'::text])))
);
ALTER TABLE deliveries.attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME deliveries.attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE registry.certificates (
    id uuid NOT NULL,
    sensor_id text NOT NULL,
    fingerprint text NOT NULL,
    state text NOT NULL,
    registration_id uuid,
    claimed_type text NOT NULL,
    claimed_name text,
    subject text,
    not_before timestamp with time zone,
    not_after timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    first_seen_at timestamp with time zone,
    last_seen_at timestamp with time zone,
    first_address inet,
    last_address inet,
    last_answer integer,
    tls_version text,
    host_name text,
    host_name_address inet,
    host_name_at timestamp with time zone,
    decided_by text,
    decided_at timestamp with time zone,
    revision bigint NOT NULL,
    CONSTRAINT certificates_check CHECK (((state = ANY (ARRAY['accepted'::text, 'replaced'::text])) <= (registration_id IS NOT NULL))),
    CONSTRAINT certificates_claimed_type_check CHECK ((claimed_type = ANY (ARRAY['mail'::text, 'other'::text]))),
    CONSTRAINT certificates_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT certificates_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'replaced'::text])))
);
CREATE VIEW deliveries.certificates AS
 SELECT c.id,
    c.sensor_id,
    c.state,
    COALESCE(r.name, c.claimed_name) AS name,
    host(c.last_address) AS address,
    c.not_after,
    c.created_at
   FROM (registry.certificates c
     LEFT JOIN registry.registrations r ON ((r.id = c.registration_id)))
  WHERE (c.state = ANY (ARRAY['pending'::text, 'accepted'::text]));
CREATE TABLE deliveries.channel_health (
    channel_id uuid NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    paused_until timestamp with time zone,
    last_answer text,
    last_success_at timestamp with time zone,
    last_failure_at timestamp with time zone
)
WITH (fillfactor='50');
CREATE TABLE deliveries.channel_secrets (
    channel_id uuid NOT NULL,
    name text NOT NULL,
    sealed text NOT NULL
);
CREATE TABLE deliveries.channels (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channels_kind_check CHECK ((kind = ANY (ARRAY['smtp'::text, 'syslog'::text, 'webhook'::text])))
);
CREATE TABLE deliveries.deliveries (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    rule_id uuid,
    rule_name text,
    channel_id uuid NOT NULL,
    channel_name text NOT NULL,
    event_id uuid,
    part_of uuid,
    events_total integer,
    operator text,
    recipients text[],
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    queued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    lease uuid,
    attempts integer DEFAULT 0 NOT NULL,
    first_attempt_at timestamp with time zone,
    finished_at timestamp with time zone,
    last_answer text,
    CONSTRAINT deliveries_kind_check CHECK ((kind = ANY (ARRAY['alert'::text, 'operation'::text, 'digest'::text, 'held-back'::text, 'test'::text]))),
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'gathering'::text, 'gathered'::text, 'delivered'::text, 'dead'::text, 'cancelled'::text])))
);
ALTER TABLE deliveries.deliveries ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME deliveries.deliveries_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE deliveries.events (
    id uuid NOT NULL,
    kind text NOT NULL,
    alert_id bigint,
    facts jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT events_kind_check CHECK ((kind = ANY (ARRAY['alert'::text, 'operation'::text])))
);
CREATE TABLE ledger.failed_jobs (
    id bigint NOT NULL,
    kind text NOT NULL,
    submission_id uuid,
    reason text NOT NULL,
    reason_text text,
    source text,
    excerpt text,
    failed_at timestamp with time zone NOT NULL,
    CONSTRAINT failed_jobs_kind_check CHECK ((kind = ANY (ARRAY['scan'::text, 'message'::text])))
);
CREATE VIEW deliveries.failed_jobs AS
 SELECT failed_jobs.id,
    failed_jobs.kind,
    failed_jobs.reason,
    failed_jobs.failed_at
   FROM ledger.failed_jobs;
CREATE TABLE ledger.instances (
    service text NOT NULL,
    instance text NOT NULL,
    status jsonb NOT NULL,
    seen_at timestamp with time zone NOT NULL
);
CREATE VIEW deliveries.instances AS
 SELECT instances.service,
    instances.instance,
    (instances.status -> 'engines'::text) AS engines,
    ((instances.status ->> 'certificateNotAfter'::text))::timestamp with time zone AS certificate_not_after,
    (instances.status ->> 'certificateFingerprint'::text) AS certificate_fingerprint,
    instances.seen_at
   FROM ledger.instances;
CREATE SEQUENCE ledger.scan_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE ledger.scans (
    submission_id uuid NOT NULL,
    seq bigint DEFAULT nextval('ledger.scan_seq'::regclass) NOT NULL,
    registration_id uuid NOT NULL,
    sensor_id text NOT NULL,
    is_mail boolean NOT NULL,
    instance text NOT NULL,
    scan_id text,
    is_shown boolean NOT NULL,
    shown_state text NOT NULL,
    group_id uuid,
    deleted_at timestamp with time zone,
    rescan_of uuid,
    state text NOT NULL,
    reason text,
    reason_text text,
    object_key text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    object_type text NOT NULL,
    object_name text,
    mail_from text,
    rcpt_to jsonb NOT NULL,
    source_address text NOT NULL,
    queue text NOT NULL,
    priority smallint NOT NULL,
    begins integer DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_attempt text,
    not_before timestamp with time zone,
    accepted_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    scanner text,
    detections jsonb DEFAULT '[]'::jsonb NOT NULL,
    detections_total integer DEFAULT 0 NOT NULL,
    engines jsonb DEFAULT '[]'::jsonb NOT NULL,
    md5 text,
    sha1 text,
    detected_type text,
    mail jsonb,
    CONSTRAINT scans_check CHECK (((state = 'processing'::text) = (finished_at IS NULL))),
    CONSTRAINT scans_object_type_check CHECK ((object_type = ANY (ARRAY['file'::text, 'email'::text]))),
    CONSTRAINT scans_queue_check CHECK ((queue = ANY (ARRAY['light'::text, 'heavy'::text]))),
    CONSTRAINT scans_state_check CHECK ((state = ANY (ARRAY['processing'::text, 'detect'::text, 'not detected'::text, 'timeout'::text, 'error'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.05', autovacuum_analyze_scale_factor='0.02');
CREATE VIEW deliveries.oldest_jobs AS
 SELECT scans.queue,
    scans.priority,
    (EXTRACT(epoch FROM (clock_timestamp() - min(scans.accepted_at))))::double precision AS age_seconds
   FROM ledger.scans
  WHERE (scans.state = 'processing'::text)
  GROUP BY scans.queue, scans.priority;
CREATE TABLE ledger.outbox (
    alert_id bigint NOT NULL,
    event_id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');
CREATE VIEW deliveries.outbox AS
 SELECT outbox.alert_id,
    outbox.event_id,
    outbox.created_at
   FROM ledger.outbox;
CREATE TABLE deliveries.rule_windows (
    rule_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    messages integer NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE deliveries.rules (
    id uuid NOT NULL,
    name text NOT NULL,
    is_enabled boolean NOT NULL,
    channel_id uuid NOT NULL,
    recipients text[] NOT NULL,
    subject text,
    match jsonb NOT NULL,
    digest_minutes integer NOT NULL,
    max_per_hour integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rules_digest_minutes_check CHECK ((digest_minutes >= 0)),
    CONSTRAINT rules_max_per_hour_check CHECK ((max_per_hour >= 1))
);
CREATE TABLE deliveries.sealing_key (
    only_row boolean DEFAULT true NOT NULL,
    public_key text NOT NULL,
    console_url text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sealing_key_only_row_check CHECK (only_row)
);
CREATE TABLE deliveries.told_problems (
    rule_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    told_at timestamp with time zone NOT NULL
);
CREATE TABLE ledger.alert_log (
    id bigint NOT NULL,
    alert_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    operator text NOT NULL,
    state_before text,
    state_after text,
    assignee_before text,
    assignee_after text,
    comment text
);
CREATE VIEW ledger.alert_changes AS
 SELECT alert_log.id,
    alert_log.alert_id,
    alert_log.at,
    alert_log.operator,
    alert_log.state_before,
    alert_log.state_after,
    alert_log.assignee_before,
    alert_log.assignee_after,
    alert_log.comment
   FROM ledger.alert_log;
CREATE VIEW ledger.alert_list AS
 SELECT a.id,
    a.submission_id,
    a.registration_id,
    a.sensor_id,
        CASE
            WHEN a.is_mail THEN 'mail'::text
            ELSE 'other'::text
        END AS type,
    a.scan_id,
    a.instance,
    a.source_address,
    a.created_at,
    a.submitted_at,
    a.started_at,
    a.created_at AS finished_at,
    a.importance,
    a.state,
    a.assignee,
    a.changed_at,
    a.technologies[1] AS technology,
    a.technologies,
    ARRAY( SELECT DISTINCT (d.value ->> 'name'::text)
           FROM jsonb_array_elements(a.detections) d(value)) AS names,
    a.detections,
    a.detections_total,
    a.engines,
    a.database_version,
    a.object_name,
    a.object_type,
    a.size_bytes,
    a.sha256,
    a.md5,
    a.sha1,
    a.detected_type,
    a.mail_from,
    a.rcpt_to,
    a.mail,
    a.object_key,
    (k.object_key IS NOT NULL) AS has_object,
    k.kept_until AS object_kept_until
   FROM (ledger.alerts a
     LEFT JOIN ledger.kept_objects k ON ((k.object_key = a.object_key)));
ALTER TABLE ledger.alert_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.alert_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ledger.alerts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.alerts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ledger.counters (
    scope text NOT NULL,
    unfinished integer NOT NULL
)
WITH (fillfactor='10', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');
CREATE VIEW ledger.failed_job_list AS
 SELECT f.id,
    f.kind,
    f.submission_id,
    s.registration_id,
    s.sensor_id,
    s.scan_id,
        CASE
            WHEN s.is_mail THEN 'mail'::text
            WHEN (NOT s.is_mail) THEN 'other'::text
            ELSE NULL::text
        END AS type,
    f.reason,
    f.reason_text,
    f.source,
    f.excerpt,
    f.failed_at,
    s.object_name,
    s.sha256,
    s.size_bytes,
    ((k.object_key IS NOT NULL) AND (s.state <> 'processing'::text)) AS can_retry
   FROM ((ledger.failed_jobs f
     LEFT JOIN ledger.scans s ON ((s.submission_id = f.submission_id)))
     LEFT JOIN ledger.kept_objects k ON ((k.object_key = s.object_key)));
ALTER TABLE ledger.failed_jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.failed_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW ledger.instance_list AS
 SELECT instances.service,
    instances.instance,
    (instances.status ->> 'version'::text) AS version,
    ((instances.status ->> 'startedAt'::text))::timestamp with time zone AS started_at,
    ((instances.status -> 'isReady'::text))::boolean AS is_ready,
    (instances.status -> 'problems'::text) AS problems,
    (instances.status -> 'engines'::text) AS engines,
    ((instances.status -> 'busySlots'::text))::integer AS busy_slots,
    ((instances.status -> 'slots'::text))::integer AS slots,
    (instances.status ->> 'certificateFingerprint'::text) AS certificate_fingerprint,
    ((instances.status ->> 'certificateNotAfter'::text))::timestamp with time zone AS certificate_not_after,
    ((instances.status ->> 'isLoopback'::text))::boolean AS is_loopback,
    instances.seen_at,
    (EXTRACT(epoch FROM (clock_timestamp() - instances.seen_at)))::double precision AS silent_seconds
   FROM ledger.instances;
CREATE TABLE ledger.markers (
    marker_id uuid NOT NULL,
    queue text NOT NULL,
    priority smallint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    returned_at timestamp with time zone
);
CREATE TABLE ledger.minutes (
    minute timestamp with time zone NOT NULL,
    is_mail boolean NOT NULL,
    accepted integer DEFAULT 0 NOT NULL,
    detect integer DEFAULT 0 NOT NULL,
    not_detected integer DEFAULT 0 NOT NULL,
    timeout integer DEFAULT 0 NOT NULL,
    error integer DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');
CREATE VIEW ledger.queue_depths AS
 SELECT COALESCE(s.queue, m.queue) AS queue,
    (COALESCE(s.priority, m.priority))::integer AS priority,
    (COALESCE(s.unfinished, (0)::bigint))::integer AS unfinished,
    (COALESCE(s.delayed, (0)::bigint))::integer AS delayed,
    s.oldest_accepted_at,
    (EXTRACT(epoch FROM (clock_timestamp() - s.oldest_accepted_at)))::double precision AS oldest_age_seconds,
    m.last_wait_seconds,
    m.oldest_marker_age_seconds
   FROM (( SELECT scans.queue,
            scans.priority,
            count(*) AS unfinished,
            count(*) FILTER (WHERE (scans.not_before > clock_timestamp())) AS delayed,
            min(scans.accepted_at) AS oldest_accepted_at
           FROM ledger.scans
          WHERE (scans.state = 'processing'::text)
          GROUP BY scans.queue, scans.priority) s
     FULL JOIN ( SELECT markers.queue,
            markers.priority,
            (EXTRACT(epoch FROM (array_agg((markers.returned_at - markers.issued_at) ORDER BY markers.issued_at DESC) FILTER (WHERE (markers.returned_at IS NOT NULL)))[1]))::double precision AS last_wait_seconds,
            (EXTRACT(epoch FROM (clock_timestamp() - min(markers.issued_at) FILTER (WHERE (markers.returned_at IS NULL)))))::double precision AS oldest_marker_age_seconds
           FROM ledger.markers
          GROUP BY markers.queue, markers.priority) m USING (queue, priority));
CREATE VIEW ledger.scan_list AS
 SELECT s.submission_id,
    s.seq,
    s.registration_id,
    s.sensor_id,
        CASE
            WHEN s.is_mail THEN 'mail'::text
            ELSE 'other'::text
        END AS type,
    s.scan_id,
    s.instance,
    s.is_shown,
    s.deleted_at,
    s.rescan_of,
    s.state,
    s.reason,
    s.reason_text,
    s.object_name,
    s.object_type,
    s.size_bytes,
    s.sha256,
    s.md5,
    s.sha1,
    s.detected_type,
    s.mail_from,
    s.rcpt_to,
    s.mail,
    s.source_address,
    s.queue,
    s.priority,
    s.begins,
    s.attempts,
    s.not_before,
    s.accepted_at,
    s.started_at,
    s.finished_at,
    s.scanner,
    s.detections,
    s.detections_total,
    s.engines,
    s.object_key,
    ((s.state = 'processing'::text) OR (k.object_key IS NOT NULL)) AS has_object,
    k.kept_until AS object_kept_until
   FROM (ledger.scans s
     LEFT JOIN ledger.kept_objects k ON ((k.object_key = s.object_key)));
CREATE VIEW ledger.scans_per_minute AS
 SELECT minutes.minute,
        CASE
            WHEN minutes.is_mail THEN 'mail'::text
            ELSE 'other'::text
        END AS type,
    minutes.accepted,
    minutes.detect,
    minutes.not_detected,
    minutes.timeout,
    minutes.error
   FROM ledger.minutes;
CREATE VIEW ledger.unfinished_scans AS
 SELECT counters.scope,
    counters.unfinished
   FROM ledger.counters;
CREATE TABLE ledger.verdict_minutes (
    minute timestamp with time zone NOT NULL,
    is_mail boolean NOT NULL,
    bucket smallint NOT NULL,
    verdicts integer NOT NULL
)
WITH (fillfactor='50');
CREATE VIEW ledger.verdict_times AS
 SELECT verdict_minutes.minute,
        CASE
            WHEN verdict_minutes.is_mail THEN 'mail'::text
            ELSE 'other'::text
        END AS type,
    verdict_minutes.bucket,
    verdict_minutes.verdicts
   FROM ledger.verdict_minutes;
CREATE TABLE ledger.watermarks (
    registration_id uuid NOT NULL,
    instance text NOT NULL,
    seq bigint NOT NULL,
    set_at timestamp with time zone NOT NULL,
    is_purged boolean DEFAULT false NOT NULL
);
CREATE TABLE migrations.applied (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE migrations.applied_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE migrations.applied_id_seq OWNED BY migrations.applied.id;
CREATE VIEW registry.accepted_certificates AS
 SELECT c.sensor_id,
    c.fingerprint,
    r.id AS registration_id,
    r.type,
    r.max_unfinished_scans,
    r.alerts_feed
   FROM (registry.certificates c
     JOIN registry.registrations r ON ((r.id = c.registration_id)))
  WHERE ((c.state = 'accepted'::text) AND (r.closed_at IS NULL));
CREATE TABLE registry.alert_views (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    is_shared boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE registry.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    actor_kind text NOT NULL,
    address text,
    action text NOT NULL,
    target text,
    before jsonb,
    after jsonb,
    CONSTRAINT audit_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['operator'::text, 'token'::text, 'system'::text])))
);
ALTER TABLE registry.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME registry.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW registry.certificate_entries AS
 SELECT c.id AS certificate_id,
    c.sensor_id,
    c.fingerprint,
    c.state,
    c.registration_id,
    COALESCE(r.type, c.claimed_type) AS type,
    COALESCE(r.answer_format, 'actual'::text) AS answer_format,
    COALESCE(r.alerts_feed, 'own'::text) AS alerts_feed,
    c.revision
   FROM (registry.certificates c
     LEFT JOIN registry.registrations r ON ((r.id = c.registration_id)))
  WHERE (c.state <> 'pending'::text);
CREATE TABLE registry.revision (
    only_row boolean DEFAULT true NOT NULL,
    value bigint DEFAULT 1 NOT NULL,
    oldest_delta bigint DEFAULT 0 NOT NULL,
    CONSTRAINT revision_only_row_check CHECK (only_row)
);
CREATE VIEW registry.current_revision AS
 SELECT revision.value,
    revision.oldest_delta
   FROM registry.revision;
CREATE TABLE registry.deleted_certificates (
    certificate_id uuid NOT NULL,
    revision bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE VIEW registry.deletions AS
 SELECT deleted_certificates.certificate_id,
    deleted_certificates.revision
   FROM registry.deleted_certificates;
CREATE TABLE registry.operators (
    id uuid NOT NULL,
    username text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    is_first_password boolean DEFAULT false NOT NULL,
    is_disabled boolean DEFAULT false NOT NULL,
    password_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_sign_in_at timestamp with time zone,
    CONSTRAINT operators_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'security-officer'::text, 'auditor'::text])))
);
CREATE TABLE registry.second_factors (
    operator_id uuid NOT NULL,
    secret text NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL
);
CREATE TABLE registry.sessions (
    id_hash text NOT NULL,
    operator_id uuid NOT NULL,
    address inet,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE registry.settings (
    key text NOT NULL,
    value jsonb NOT NULL,
    is_pinned boolean DEFAULT false NOT NULL,
    revision bigint NOT NULL,
    updated_by text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE VIEW registry.setting_values AS
 SELECT settings.key,
    settings.value,
    settings.revision
   FROM registry.settings;
CREATE UNLOGGED TABLE registry.sign_in_failures (
    account text NOT NULL,
    address text NOT NULL,
    failures integer NOT NULL,
    blocked_until timestamp with time zone NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE registry.tokens (
    id uuid NOT NULL,
    name text NOT NULL,
    token_hash text NOT NULL,
    role text NOT NULL,
    address_ranges cidr[],
    is_local boolean DEFAULT false NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT tokens_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'security-officer'::text, 'auditor'::text])))
);
ALTER TABLE ONLY migrations.applied ALTER COLUMN id SET DEFAULT nextval('migrations.applied_id_seq'::regclass);
INSERT INTO deliveries.attempts OVERRIDING SYSTEM VALUE VALUES (1, 'bbbbbbbb-0000-4000-8000-000000000001', 'cccccccc-0000-4000-8000-000000000001', 'notifier-1', '2026-01-02 04:00:00+00', '2026-01-02 04:00:01+00', 'delivered', '250 ok');
INSERT INTO deliveries.channel_secrets VALUES ('88888888-0000-4000-8000-000000000001', 'password', 'sealed');
INSERT INTO deliveries.channels VALUES ('88888888-0000-4000-8000-000000000001', 'Mail', 'smtp', '{"host": "mail.example.org", "port": 25}', '2026-01-02 00:00:00+00', '2026-01-02 00:00:00+00');
INSERT INTO deliveries.deliveries OVERRIDING SYSTEM VALUE VALUES ('bbbbbbbb-0000-4000-8000-000000000001', 1, 'alert', 'delivered', '99999999-0000-4000-8000-000000000001', 'All alerts', '88888888-0000-4000-8000-000000000001', 'Mail', 'aaaaaaaa-0000-4000-8000-000000000001', NULL, NULL, NULL, '{ops@example.org}', '2026-01-02 04:00:00+00', '2026-01-02 04:00:00+00', '2026-01-02 04:00:00+00', NULL, 0, NULL, '2026-01-02 04:00:01+00', NULL);
INSERT INTO deliveries.events VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'alert', 1, '{"alertId": 1}', '2026-01-02 04:00:00+00');
INSERT INTO deliveries.rules VALUES ('99999999-0000-4000-8000-000000000001', 'All alerts', true, '88888888-0000-4000-8000-000000000001', '{ops@example.org}', NULL, '{}', 0, 60, '2026-01-02 00:00:00+00', '2026-01-02 00:00:00+00');
INSERT INTO deliveries.sealing_key VALUES (true, 'key', 'https://console.example.org', '2026-01-02 00:00:00+00');
INSERT INTO deliveries.told_problems VALUES ('99999999-0000-4000-8000-000000000001', 'engine', 'clamav', '2026-01-02 04:00:00+00');
INSERT INTO ledger.alert_log OVERRIDING SYSTEM VALUE VALUES (1, 1, '2026-01-02 04:00:00+00', 'admin', 'new', 'in-process', NULL, NULL, 'looking');
INSERT INTO ledger.alerts OVERRIDING SYSTEM VALUE VALUES (1, '66666666-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000001', 'mail-1', true, '1', '', '192.0.2.1', '2026-11-26 00:14:11.302075+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', 'high', 'new', NULL, NULL, '{am}', '[{"name": "Test.Virus", "engine": "clamav", "technology": "am"}]', 1, '[{"engine": "clamav", "outcome": "infected"}]', 202601020000, 'object-1', 'x.eml', 'email', 12, '1111111111111111111111111111111111111111111111111111111111111111', NULL, NULL, NULL, 'a@example.org', '["b@example.org"]', NULL);
INSERT INTO ledger.counters VALUES ('11111111-0000-4000-8000-000000000001', 1);
INSERT INTO ledger.counters VALUES ('all', 1);
INSERT INTO ledger.failed_jobs OVERRIDING SYSTEM VALUE VALUES (1, 'scan', '66666666-0000-4000-8000-000000000003', 'too-many-begins', NULL, NULL, NULL, '2026-11-26 00:14:11.302075+00');
INSERT INTO ledger.instances VALUES ('scanner', 'scanner-1', '{"slots": 4, "engines": [], "isReady": true, "version": "0.1.0", "problems": [], "busySlots": 0, "startedAt": "2026-01-02T00:00:00Z"}', '2026-01-02 04:00:00+00');
INSERT INTO ledger.kept_objects VALUES ('object-1', 12, '2026-11-26 00:14:11.302075+00', '2026-12-26 00:14:11.302075+00');
INSERT INTO ledger.kept_objects VALUES ('object-3', 12, '2026-11-26 00:14:11.302075+00', '2026-12-26 00:14:11.302075+00');
INSERT INTO ledger.markers VALUES ('77777777-0000-4000-8000-000000000001', 'light', 5, '2026-01-02 04:00:00+00', '2026-01-02 04:00:01+00');
INSERT INTO ledger.minutes VALUES ('2026-11-26 00:14:00+00', true, 4, 1, 1, 0, 1);
INSERT INTO ledger.outbox VALUES (1, '1b5485e4-fba5-4621-b932-aad007f68568', '2026-11-26 00:14:11.336718+00');
INSERT INTO ledger.scans VALUES ('66666666-0000-4000-8000-000000000004', 4, '11111111-0000-4000-8000-000000000001', 'mail-1', true, '', '4', true, 'processing', NULL, NULL, NULL, 'processing', NULL, NULL, 'object-4', '4444444444444444444444444444444444444444444444444444444444444444', 12, 'email', 'x.eml', 'a@example.org', '["b@example.org"]', '192.0.2.1', 'light', 5, 0, 0, NULL, NULL, '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', NULL, NULL, NULL, '[]', 0, '[]', NULL, NULL, NULL, NULL);
INSERT INTO ledger.scans VALUES ('66666666-0000-4000-8000-000000000001', 1, '11111111-0000-4000-8000-000000000001', 'mail-1', true, '', '1', true, 'detect', NULL, NULL, NULL, 'detect', NULL, NULL, 'object-1', '1111111111111111111111111111111111111111111111111111111111111111', 12, 'email', 'x.eml', 'a@example.org', '["b@example.org"]', '192.0.2.1', 'light', 5, 0, 0, NULL, NULL, '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.302075+00', 'scanner-1', '[{"name": "Test.Virus", "engine": "clamav", "technology": "am"}]', 1, '[{"engine": "clamav", "outcome": "infected"}]', NULL, NULL, NULL, NULL);
INSERT INTO ledger.scans VALUES ('66666666-0000-4000-8000-000000000002', 2, '11111111-0000-4000-8000-000000000001', 'mail-1', true, '', '2', true, 'not detected', NULL, NULL, NULL, 'not detected', NULL, NULL, 'object-2', '2222222222222222222222222222222222222222222222222222222222222222', 12, 'email', 'x.eml', 'a@example.org', '["b@example.org"]', '192.0.2.1', 'light', 5, 0, 0, NULL, NULL, '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.302075+00', 'scanner-1', '[]', 0, '[{"engine": "clamav", "outcome": "clean"}]', NULL, NULL, NULL, NULL);
INSERT INTO ledger.scans VALUES ('66666666-0000-4000-8000-000000000003', 3, '11111111-0000-4000-8000-000000000001', 'mail-1', true, '', '3', true, 'error', NULL, NULL, NULL, 'error', 'too-many-begins', NULL, 'object-3', '3333333333333333333333333333333333333333333333333333333333333333', 12, 'email', 'x.eml', 'a@example.org', '["b@example.org"]', '192.0.2.1', 'light', 5, 0, 0, NULL, NULL, '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.23579+00', '2026-11-26 00:14:11.302075+00', NULL, '[]', 0, '[]', NULL, NULL, NULL, NULL);
INSERT INTO ledger.verdict_minutes VALUES ('2026-11-26 00:14:00+00', true, 31, 3);
INSERT INTO ledger.watermarks VALUES ('11111111-0000-4000-8000-000000000002', '*', 1, '2026-01-02 04:00:00+00', true);
INSERT INTO migrations.applied VALUES (1, 1700000000001, 'Registry1700000000001');
INSERT INTO migrations.applied VALUES (2, 1763700000002, 'ledger1763700000002');
INSERT INTO migrations.applied VALUES (3, 1763700000003, 'deliveries1763700000003');
INSERT INTO migrations.applied VALUES (4, 1763700000004, 'operatorsPages1763700000004');
INSERT INTO migrations.applied VALUES (5, 1763700000005, 'alertOrders1763700000005');
INSERT INTO registry.alert_views VALUES ('55555555-0000-4000-8000-000000000001', '33333333-0000-4000-8000-000000000001', 'New ones', 'state=new', true, '2026-01-02 00:00:00+00');
INSERT INTO registry.audit OVERRIDING SYSTEM VALUE VALUES (1, '2026-01-01 00:00:00+00', 'system', 'system', NULL, 'operator.create', 'admin', NULL, '{"role": "administrator"}');
INSERT INTO registry.audit OVERRIDING SYSTEM VALUE VALUES (2, '2026-01-02 03:04:05+00', 'admin', 'operator', '192.0.2.9', 'external-system.accept', 'mail-1', '{"state": "pending"}', '{"state": "accepted"}');
INSERT INTO registry.audit OVERRIDING SYSTEM VALUE VALUES (3, '2026-01-05 03:00:00+00', 'siem', 'token', '192.0.2.10', 'settings.change', 'maxConcurrentScans', '{"value": 1000}', '{"value": 500}');
INSERT INTO registry.certificates VALUES ('22222222-0000-4000-8000-000000000001', 'mail-1', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'accepted', '11111111-0000-4000-8000-000000000001', 'mail', NULL, NULL, NULL, NULL, '2026-01-02 03:00:00+00', '2026-01-02 03:00:00+00', '2026-01-05 03:00:00+00', '192.0.2.1', '192.0.2.1', 200, 'TLSv1.3', NULL, NULL, NULL, 'admin', '2026-01-02 03:04:05+00', 3);
INSERT INTO registry.certificates VALUES ('22222222-0000-4000-8000-000000000002', 'files-1', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'accepted', '11111111-0000-4000-8000-000000000002', 'other', NULL, NULL, NULL, NULL, '2026-01-03 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'admin', '2026-01-03 03:04:05+00', 4);
INSERT INTO registry.certificates VALUES ('22222222-0000-4000-8000-000000000003', 'unknown-1', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'pending', NULL, 'other', NULL, NULL, NULL, NULL, '2026-01-04 03:00:00+00', '2026-01-04 03:00:00+00', '2026-01-04 03:00:00+00', '2001:db8::1', '2001:db8::1', 401, 'TLSv1.3', NULL, NULL, NULL, NULL, NULL, 5);
INSERT INTO registry.deleted_certificates VALUES ('22222222-0000-4000-8000-000000000009', 6, '2026-01-04 03:00:00+00');
INSERT INTO registry.operators VALUES ('33333333-0000-4000-8000-000000000001', 'admin', 'administrator', 'scrypt$16384$8$1$c2FsdA==$aGFzaA==', true, false, '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '2026-01-05 00:00:00+00');
INSERT INTO registry.operators VALUES ('33333333-0000-4000-8000-000000000002', 'Officer', 'security-officer', 'scrypt$16384$8$1$c2FsdA==$aGFzaA==', false, false, '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', NULL);
INSERT INTO registry.registrations VALUES ('11111111-0000-4000-8000-000000000001', 'mail-1', 'mail', 'Mail gateway', 'actual', 'own', NULL, '2026-01-02 03:04:05+00', NULL);
INSERT INTO registry.registrations VALUES ('11111111-0000-4000-8000-000000000002', 'files-1', 'other', NULL, 'actual', 'own', 50, '2026-01-03 03:04:05+00', NULL);
INSERT INTO registry.revision VALUES (true, 7, 0);
INSERT INTO registry.second_factors VALUES ('33333333-0000-4000-8000-000000000002', 'JBSWY3DPEHPK3PXP', '2026-01-02 00:00:00+00', 58000000);
INSERT INTO registry.sessions VALUES ('dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd', '33333333-0000-4000-8000-000000000001', '192.0.2.9', '2026-01-05 00:00:00+00', '2026-01-05 00:00:00+00', '2026-01-05 12:00:00+00');
INSERT INTO registry.settings VALUES ('maxConcurrentScans', '500', false, 7, 'admin', '2026-01-05 03:00:00+00');
INSERT INTO registry.tokens VALUES ('44444444-0000-4000-8000-000000000001', 'command line', 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 'administrator', '{127.0.0.0/8}', true, 'system', '2026-01-01 00:00:00+00', '2036-01-01 00:00:00+00', '2026-01-05 00:00:00+00', NULL);
INSERT INTO registry.tokens VALUES ('44444444-0000-4000-8000-000000000002', 'siem', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'auditor', NULL, false, 'officer', '2026-01-01 00:00:00+00', '2036-01-01 00:00:00+00', NULL, NULL);
INSERT INTO registry.tokens VALUES ('44444444-0000-4000-8000-000000000003', 'of someone deleted', '0000000000000000000000000000000000000000000000000000000000000000', 'administrator', NULL, false, 'gone', '2026-01-01 00:00:00+00', '2036-01-01 00:00:00+00', NULL, NULL);
SELECT pg_catalog.setval('deliveries.attempts_id_seq', 1, true);
SELECT pg_catalog.setval('deliveries.deliveries_seq_seq', 1, true);
SELECT pg_catalog.setval('ledger.alert_log_id_seq', 1, true);
SELECT pg_catalog.setval('ledger.alerts_id_seq', 1, true);
SELECT pg_catalog.setval('ledger.failed_jobs_id_seq', 1, true);
SELECT pg_catalog.setval('ledger.scan_seq', 4, true);
SELECT pg_catalog.setval('migrations.applied_id_seq', 5, true);
SELECT pg_catalog.setval('registry.audit_id_seq', 3, true);
ALTER TABLE ONLY deliveries.attempts
    ADD CONSTRAINT attempts_lease_key UNIQUE (lease);
ALTER TABLE ONLY deliveries.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY deliveries.channel_health
    ADD CONSTRAINT channel_health_pkey PRIMARY KEY (channel_id);
ALTER TABLE ONLY deliveries.channel_secrets
    ADD CONSTRAINT channel_secrets_pkey PRIMARY KEY (channel_id, name);
ALTER TABLE ONLY deliveries.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY deliveries.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY deliveries.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY deliveries.rule_windows
    ADD CONSTRAINT rule_windows_pkey PRIMARY KEY (rule_id);
ALTER TABLE ONLY deliveries.rules
    ADD CONSTRAINT rules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY deliveries.sealing_key
    ADD CONSTRAINT sealing_key_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY deliveries.told_problems
    ADD CONSTRAINT told_problems_pkey PRIMARY KEY (rule_id, kind, subject);
ALTER TABLE ONLY ledger.alert_log
    ADD CONSTRAINT alert_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ledger.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ledger.alerts
    ADD CONSTRAINT alerts_submission_id_key UNIQUE (submission_id);
ALTER TABLE ONLY ledger.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (scope);
ALTER TABLE ONLY ledger.failed_jobs
    ADD CONSTRAINT failed_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ledger.instances
    ADD CONSTRAINT instances_pkey PRIMARY KEY (service, instance);
ALTER TABLE ONLY ledger.kept_objects
    ADD CONSTRAINT kept_objects_pkey PRIMARY KEY (object_key);
ALTER TABLE ONLY ledger.markers
    ADD CONSTRAINT markers_pkey PRIMARY KEY (marker_id);
ALTER TABLE ONLY ledger.minutes
    ADD CONSTRAINT minutes_pkey PRIMARY KEY (minute, is_mail);
ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (alert_id);
ALTER TABLE ONLY ledger.scans
    ADD CONSTRAINT scans_pkey PRIMARY KEY (submission_id);
ALTER TABLE ONLY ledger.verdict_minutes
    ADD CONSTRAINT verdict_minutes_pkey PRIMARY KEY (minute, is_mail, bucket);
ALTER TABLE ONLY ledger.watermarks
    ADD CONSTRAINT watermarks_pkey PRIMARY KEY (registration_id, instance);
ALTER TABLE ONLY migrations.applied
    ADD CONSTRAINT "PK_026423113327481a44f16018a62" PRIMARY KEY (id);
ALTER TABLE ONLY registry.alert_views
    ADD CONSTRAINT alert_views_pkey PRIMARY KEY (id);
ALTER TABLE ONLY registry.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY registry.certificates
    ADD CONSTRAINT certificates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY registry.certificates
    ADD CONSTRAINT certificates_sensor_id_fingerprint_key UNIQUE (sensor_id, fingerprint);
ALTER TABLE ONLY registry.deleted_certificates
    ADD CONSTRAINT deleted_certificates_pkey PRIMARY KEY (certificate_id);
ALTER TABLE ONLY registry.operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (id);
ALTER TABLE ONLY registry.registrations
    ADD CONSTRAINT registrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY registry.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY registry.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (operator_id);
ALTER TABLE ONLY registry.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id_hash);
ALTER TABLE ONLY registry.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (key);
ALTER TABLE ONLY registry.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (account, address);
ALTER TABLE ONLY registry.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY registry.tokens
    ADD CONSTRAINT tokens_token_hash_key UNIQUE (token_hash);
CREATE INDEX attempts_by_delivery ON deliveries.attempts USING btree (delivery_id, id);
CREATE UNIQUE INDEX channels_by_name ON deliveries.channels USING btree (lower(name));
CREATE INDEX deliveries_by_batch ON deliveries.deliveries USING btree (part_of) WHERE (part_of IS NOT NULL);
CREATE INDEX deliveries_by_channel ON deliveries.deliveries USING btree (channel_id, seq);
CREATE INDEX deliveries_by_rule ON deliveries.deliveries USING btree (rule_id, seq);
CREATE UNIQUE INDEX deliveries_by_seq ON deliveries.deliveries USING btree (seq);
CREATE INDEX deliveries_by_state ON deliveries.deliveries USING btree (state, seq);
CREATE INDEX deliveries_due ON deliveries.deliveries USING btree (channel_id, due_at, seq) WHERE (state = ANY (ARRAY['waiting'::text, 'gathering'::text]));
CREATE INDEX deliveries_finished ON deliveries.deliveries USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX deliveries_gathering ON deliveries.deliveries USING btree (rule_id, kind) WHERE (state = 'gathering'::text);
CREATE UNIQUE INDEX deliveries_once ON deliveries.deliveries USING btree (event_id, rule_id) WHERE ((event_id IS NOT NULL) AND (rule_id IS NOT NULL));
CREATE INDEX events_by_alert ON deliveries.events USING btree (alert_id) WHERE (alert_id IS NOT NULL);
CREATE INDEX events_by_time ON deliveries.events USING btree (created_at);
CREATE INDEX rules_by_channel ON deliveries.rules USING btree (channel_id);
CREATE UNIQUE INDEX rules_by_name ON deliveries.rules USING btree (lower(name));
CREATE INDEX alert_log_by_alert ON ledger.alert_log USING btree (alert_id, id);
CREATE INDEX alerts_by_assignee ON ledger.alerts USING btree (assignee, id) WHERE (assignee IS NOT NULL);
CREATE INDEX alerts_by_hash ON ledger.alerts USING btree (sha256);
CREATE INDEX alerts_by_importance ON ledger.alerts USING btree ((
CASE importance
    WHEN 'high'::text THEN 3
    WHEN 'medium'::text THEN 2
    ELSE 1
END), id);
CREATE INDEX alerts_by_sender ON ledger.alerts USING btree (mail_from, id) WHERE (mail_from IS NOT NULL);
CREATE INDEX alerts_by_sensor ON ledger.alerts USING btree (sensor_id, id);
CREATE INDEX alerts_by_state ON ledger.alerts USING btree (state, id);
CREATE INDEX alerts_by_time ON ledger.alerts USING btree (created_at);
CREATE INDEX alerts_of_registration ON ledger.alerts USING btree (registration_id, id);
CREATE INDEX failed_jobs_by_time ON ledger.failed_jobs USING btree (failed_at);
CREATE UNIQUE INDEX failed_jobs_of_scans ON ledger.failed_jobs USING btree (submission_id) WHERE (kind = 'scan'::text);
CREATE INDEX kept_objects_by_age ON ledger.kept_objects USING btree (kept_at);
CREATE INDEX kept_objects_by_end ON ledger.kept_objects USING btree (kept_until);
CREATE INDEX markers_by_issue ON ledger.markers USING btree (queue, priority, issued_at);
CREATE INDEX scans_by_group ON ledger.scans USING btree (group_id) WHERE (group_id IS NOT NULL);
CREATE INDEX scans_by_instance ON ledger.scans USING btree (registration_id, instance, shown_state, seq) INCLUDE (scan_id) WHERE (is_shown AND (instance <> ''::text));
CREATE UNIQUE INDEX scans_by_key ON ledger.scans USING btree (scan_id, registration_id, instance) WHERE is_shown;
CREATE UNIQUE INDEX scans_by_seq ON ledger.scans USING btree (seq);
CREATE INDEX scans_by_state ON ledger.scans USING btree (registration_id, shown_state, seq) INCLUDE (scan_id, instance) WHERE (is_shown AND (shown_state IS NOT NULL));
CREATE INDEX scans_due ON ledger.scans USING btree (not_before) WHERE (not_before IS NOT NULL);
CREATE INDEX scans_finished ON ledger.scans USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX scans_notable ON ledger.scans USING btree (state, seq) WHERE (state = ANY (ARRAY['detect'::text, 'timeout'::text, 'error'::text]));
CREATE INDEX scans_of_registration ON ledger.scans USING btree (registration_id, seq);
CREATE INDEX scans_unfinished ON ledger.scans USING btree (queue, priority, published_at) WHERE (state = 'processing'::text);
CREATE INDEX scans_unfinished_objects ON ledger.scans USING btree (object_key) WHERE (state = 'processing'::text);
CREATE INDEX alert_views_by_owner ON registry.alert_views USING btree (owner_id);
CREATE INDEX audit_by_time ON registry.audit USING btree (at);
CREATE INDEX certificates_by_creation ON registry.certificates USING btree (created_at DESC, id DESC);
CREATE INDEX certificates_by_registration ON registry.certificates USING btree (registration_id);
CREATE INDEX certificates_by_revision ON registry.certificates USING btree (revision);
CREATE INDEX certificates_pending ON registry.certificates USING btree (last_seen_at) WHERE (state = 'pending'::text);
CREATE INDEX deleted_certificates_by_revision ON registry.deleted_certificates USING btree (revision);
CREATE UNIQUE INDEX operators_by_username ON registry.operators USING btree (lower(username));
CREATE INDEX registrations_by_sensor ON registry.registrations USING btree (sensor_id);
CREATE UNIQUE INDEX registrations_open ON registry.registrations USING btree (sensor_id) WHERE (closed_at IS NULL);
CREATE INDEX sessions_by_expiry ON registry.sessions USING btree (expires_at);
CREATE INDEX sessions_by_operator ON registry.sessions USING btree (operator_id);
CREATE INDEX sign_in_failures_by_age ON registry.sign_in_failures USING btree (last_at);
CREATE TRIGGER alerts_to_outbox AFTER INSERT ON ledger.alerts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.note_alerts();
ALTER TABLE ONLY deliveries.attempts
    ADD CONSTRAINT attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries.deliveries(id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries.channel_health
    ADD CONSTRAINT channel_health_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES deliveries.channels(id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries.channel_secrets
    ADD CONSTRAINT channel_secrets_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES deliveries.channels(id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries.deliveries
    ADD CONSTRAINT deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES deliveries.events(id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries.deliveries
    ADD CONSTRAINT deliveries_part_of_fkey FOREIGN KEY (part_of) REFERENCES deliveries.deliveries(id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries.rule_windows
    ADD CONSTRAINT rule_windows_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES deliveries.rules(id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries.rules
    ADD CONSTRAINT rules_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES deliveries.channels(id);
ALTER TABLE ONLY deliveries.told_problems
    ADD CONSTRAINT told_problems_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES deliveries.rules(id) ON DELETE CASCADE;
ALTER TABLE ONLY ledger.alert_log
    ADD CONSTRAINT alert_log_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES ledger.alerts(id) ON DELETE CASCADE;
ALTER TABLE ONLY registry.alert_views
    ADD CONSTRAINT alert_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES registry.operators(id) ON DELETE CASCADE;
ALTER TABLE ONLY registry.certificates
    ADD CONSTRAINT certificates_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES registry.registrations(id);
ALTER TABLE ONLY registry.second_factors
    ADD CONSTRAINT second_factors_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES registry.operators(id) ON DELETE CASCADE;
ALTER TABLE ONLY registry.sessions
    ADD CONSTRAINT sessions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES registry.operators(id) ON DELETE CASCADE;
GRANT USAGE ON SCHEMA deliveries TO sluice_console;
GRANT USAGE ON SCHEMA deliveries TO sluice_notifier;
GRANT USAGE ON SCHEMA ledger TO sluice_results;
GRANT USAGE ON SCHEMA ledger TO sluice_console;
GRANT USAGE ON SCHEMA ledger TO sluice_notifier;
GRANT USAGE ON SCHEMA migrations TO sluice_results;
GRANT USAGE ON SCHEMA migrations TO sluice_console;
GRANT USAGE ON SCHEMA migrations TO sluice_notifier;
GRANT USAGE ON SCHEMA registry TO sluice_results;
GRANT USAGE ON SCHEMA registry TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.alerts TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.kept_objects TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.registrations TO sluice_console;
GRANT SELECT ON TABLE deliveries.alert_facts TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.alert_facts TO sluice_notifier;
GRANT SELECT ON TABLE deliveries.attempts TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.attempts TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.certificates TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.certificates TO sluice_notifier;
GRANT SELECT,DELETE ON TABLE deliveries.channel_health TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.channel_health TO sluice_notifier;
GRANT INSERT,DELETE,UPDATE ON TABLE deliveries.channel_secrets TO sluice_console;
GRANT SELECT ON TABLE deliveries.channel_secrets TO sluice_notifier;
GRANT SELECT(channel_id) ON TABLE deliveries.channel_secrets TO sluice_console;
GRANT SELECT(name) ON TABLE deliveries.channel_secrets TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.channels TO sluice_console;
GRANT SELECT ON TABLE deliveries.channels TO sluice_notifier;
GRANT SELECT,INSERT,UPDATE ON TABLE deliveries.deliveries TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.deliveries TO sluice_notifier;
GRANT SELECT ON TABLE deliveries.events TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.events TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.failed_jobs TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.failed_jobs TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.instances TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.instances TO sluice_notifier;
GRANT USAGE ON SEQUENCE ledger.scan_seq TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.scans TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.oldest_jobs TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.outbox TO sluice_results;
GRANT SELECT,DELETE ON TABLE ledger.outbox TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.outbox TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.rule_windows TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.rules TO sluice_console;
GRANT SELECT ON TABLE deliveries.rules TO sluice_notifier;
GRANT SELECT ON TABLE deliveries.sealing_key TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.sealing_key TO sluice_notifier;
GRANT SELECT ON TABLE deliveries.told_problems TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries.told_problems TO sluice_notifier;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.alert_log TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.alert_changes TO sluice_results;
GRANT SELECT ON TABLE ledger.alert_changes TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.alert_list TO sluice_results;
GRANT SELECT ON TABLE ledger.alert_list TO sluice_console;
GRANT USAGE ON SEQUENCE ledger.alert_log_id_seq TO sluice_results;
GRANT USAGE ON SEQUENCE ledger.alerts_id_seq TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.counters TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.failed_job_list TO sluice_results;
GRANT SELECT ON TABLE ledger.failed_job_list TO sluice_console;
GRANT USAGE ON SEQUENCE ledger.failed_jobs_id_seq TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.instance_list TO sluice_results;
GRANT SELECT ON TABLE ledger.instance_list TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.markers TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.minutes TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.queue_depths TO sluice_results;
GRANT SELECT ON TABLE ledger.queue_depths TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.scan_list TO sluice_results;
GRANT SELECT ON TABLE ledger.scan_list TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.scans_per_minute TO sluice_results;
GRANT SELECT ON TABLE ledger.scans_per_minute TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.unfinished_scans TO sluice_results;
GRANT SELECT ON TABLE ledger.unfinished_scans TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.verdict_minutes TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.verdict_times TO sluice_results;
GRANT SELECT ON TABLE ledger.verdict_times TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ledger.watermarks TO sluice_results;
GRANT SELECT ON TABLE migrations.applied TO sluice_results;
GRANT SELECT ON TABLE migrations.applied TO sluice_console;
GRANT SELECT ON TABLE migrations.applied TO sluice_notifier;
GRANT SELECT ON TABLE registry.accepted_certificates TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.accepted_certificates TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.alert_views TO sluice_console;
GRANT SELECT,INSERT,DELETE ON TABLE registry.audit TO sluice_console;
GRANT USAGE ON SEQUENCE registry.audit_id_seq TO sluice_console;
GRANT SELECT ON TABLE registry.certificate_entries TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.certificate_entries TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.revision TO sluice_console;
GRANT SELECT ON TABLE registry.current_revision TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.current_revision TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.deleted_certificates TO sluice_console;
GRANT SELECT ON TABLE registry.deletions TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.deletions TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.operators TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.second_factors TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.sessions TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.settings TO sluice_console;
GRANT SELECT ON TABLE registry.setting_values TO sluice_results;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.setting_values TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.sign_in_failures TO sluice_console;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE registry.tokens TO sluice_console;
