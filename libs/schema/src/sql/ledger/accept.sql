-- Accepts up to some hundred submissions in one statement. `items`: acceptItemSchema, no two of the same
-- (registration, instance, scanId). One row per item, in order.
--
-- | the item                                                                 | outcome        |
-- |--------------------------------------------------------------------------|----------------|
-- | its submissionId has a row already (a redelivered request)                | `accepted`     |
-- | only asked whether it has one (`onlyIfKnown`)                             | `not-accepted` |
-- | the pair is not accepted now, or belongs to another registration         | `not-accepted` |
-- | same bytes, type and passwords as a live submission of its key,          | `exists`       |
-- | unfinished or accepted less than 10 minutes ago; not when a release has a |                |
-- | say: it was let through by one, or would be now                          |                |
-- | its bytes are in a file that goes (close_groups.sql): asked for by a       | `group-closed` |
-- | request that was late                                                     |                |
-- | over max_unfinished_scans of the registration, or, where that is not set, | `limit` system |
-- | over the limit for one system in the settings                            |                |
-- | over maxConcurrentScans; for others than mail, over nine tenths of it    | `limit` all    |
-- | else                                                                     | `accepted`     |
--
-- `is_done`: it has its verdict already, no job is needed. With `reused_state` it got it just now, because the same bytes
-- had it before (reuse_verdicts.sql); only for gateways that know of it (`takesDone`). Limits count it like any other.
--
-- Live: the shown row of the key and the group it heads, unless deleted. A new submission takes the key over: when the
-- id is still 'processing', the live ones become its group; when the id has its result, that result is replaced.
--
-- Plans are pinned, because the first one is made while the tables are empty and kept while they grow: rows are looked
-- up by a list of ids or one by one (LATERAL with LIMIT is never merged into a join), item and decision are zipped.

CREATE TYPE ledger.admission AS (
  n bigint, outcome text, scope text, is_mail boolean, queue text, priority smallint, head_id uuid, group_id uuid,
  submission_id uuid, takes_done boolean, is_done boolean
);

CREATE OR REPLACE FUNCTION ledger.accept(items jsonb, defaults jsonb, priorities jsonb)
RETURNS TABLE (outcome text, scope text, queue text, priority smallint, is_done boolean, reused_state text,
  is_object_done boolean)
LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  settings jsonb;
  ids uuid[];
  shared text[];
  closed text[];
  now_at timestamptz;
  unfinished_in_all integer;
  is_mail_first boolean;
  limit_in_all integer;
  limit_of_others integer;
  admissions ledger.admission[];
  askable uuid[];
BEGIN
  SELECT c.unfinished INTO unfinished_in_all FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  now_at := clock_timestamp();
  settings := ledger.settings(defaults);
  SELECT array_agg((i ->> 'submissionId')::uuid),
    array_agg(DISTINCT ledger.group_of(i ->> 'objectKey')) FILTER (WHERE ledger.group_of(i ->> 'objectKey') IS NOT NULL)
  INTO ids, shared FROM jsonb_array_elements(items) i;
  IF shared IS NOT NULL THEN
    closed := ARRAY(SELECT g.group_key FROM ledger.group_files g WHERE g.group_key = ANY (shared));
  END IF;
  is_mail_first := (settings -> 'maximumMailPriority')::boolean;
  limit_in_all := (settings -> 'maxConcurrentScans')::integer;
  -- The last tenth is kept for mail; a limit of 1 still lets one scan of the others through.
  limit_of_others := CASE WHEN is_mail_first THEN greatest(1, limit_in_all * 9 / 10) ELSE limit_in_all END;

  WITH item AS MATERIALIZED (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(items) AS (
      "submissionId" uuid, "sensorId" text, fingerprint text, "registrationId" uuid, "scanId" text, instance text,
      "sizeBytes" bigint, sha256 text, "objectType" text, "hasMailQueue" boolean, "onlyIfKnown" boolean,
      "passwordsMark" text, "takesDone" boolean, "mailDigest" text, "rcptTo" jsonb, "objectKey" text
    )) WITH ORDINALITY AS i (submission_id, sensor_id, fingerprint, registration_id, scan_id, instance,
      size_bytes, sha256, object_type, has_mail_queue, only_if_known, passwords_mark, takes_done, mail_digest, rcpt_to,
      object_key, n)
  ), known AS MATERIALIZED (
    SELECT s.submission_id, s.queue, s.priority, s.finished_at FROM ledger.scans s WHERE s.submission_id = ANY (ids)
  ), looked AS (
    SELECT i.n, i.submission_id, i.registration_id, i.size_bytes, i.has_mail_queue, i.takes_done,
      own.finished_at IS NOT NULL AS is_done, pair.type = 'mail' AS is_mail, 
      coalesce(pair.max_unfinished_scans, ledger.system_limit(pair.type = 'mail', settings)) AS system_limit,
      own.queue AS own_queue, own.priority AS own_priority, head.submission_id AS head_id,
      CASE WHEN head.is_live AND head.shown_state = 'processing'
        THEN coalesce(head.group_id, head.submission_id) END AS group_id,
      CASE
        WHEN own.submission_id IS NOT NULL THEN 'accepted before'
        WHEN i.only_if_known OR pair.type IS NULL THEN 'not-accepted'
        WHEN coalesce(head.is_live, false) AND EXISTS (
          SELECT FROM ledger.scans t
          WHERE t.submission_id = head.submission_id AND t.sha256 = i.sha256 AND t.object_type = i.object_type
            AND t.passwords_mark IS NOT DISTINCT FROM i.passwords_mark
            AND (t.state = 'processing' OR (t.accepted_at > now_at - interval '10 minutes' AND t.released IS NULL
              AND (t.state = 'not detected' OR t.mail_digest IS NULL
                OR ledger.covering_release(i.mail_digest, i.registration_id, i.rcpt_to) IS NULL)))
          UNION ALL
          SELECT FROM ledger.scans t
          WHERE t.group_id = head.group_id AND t.sha256 = i.sha256 AND t.object_type = i.object_type
            AND t.passwords_mark IS NOT DISTINCT FROM i.passwords_mark
            AND (t.state = 'processing' OR (t.accepted_at > now_at - interval '10 minutes' AND t.released IS NULL
              AND (t.state = 'not detected' OR t.mail_digest IS NULL
                OR ledger.covering_release(i.mail_digest, i.registration_id, i.rcpt_to) IS NULL)))
        ) THEN 'exists'
        WHEN ledger.group_of(i.object_key) = ANY (closed) THEN 'group-closed'
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
      coalesce(a.own_queue, ledger.job_queue(a.is_mail AND is_mail_first AND a.has_mail_queue, a.size_bytes, settings)),
      coalesce(a.own_priority, (priorities -> CASE WHEN a.is_mail AND is_mail_first THEN 'mail' ELSE 'other' END)::smallint),
      a.head_id, a.group_id, a.submission_id, a.takes_done, a.is_done
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
      mail_origin, source_address, queue, priority, accepted_at, published_at, passwords_mark, mail_digest)
    SELECT i.submission_id, i.registration_id, i.sensor_id, i.is_mail, i.instance, i.scan_id, i.scan_id IS NOT NULL,
      'processing', i.group_id, 'processing', i.object_key, i.sha256, i.size_bytes, i.object_type, i.object_name,
      i.mail_from, i.rcpt_to, i.mail_origin, i.source_address, i.queue, i.priority, now_at, now_at, i.passwords_mark,
      CASE WHEN i.is_mail AND i.object_type = 'email' THEN i.mail_digest END
    FROM ROWS FROM (
      jsonb_to_recordset(items) AS ("submissionId" uuid, "registrationId" uuid, "sensorId" text, "scanId" text,
        instance text, "objectKey" text, sha256 text, "sizeBytes" bigint, "objectType" text, "objectName" text,
        "mailFrom" text, "rcptTo" jsonb, "mailOrigin" jsonb, "sourceAddress" text, "passwordsMark" text,
        "mailDigest" text),
      unnest(admissions)
    ) AS i (submission_id, registration_id, sensor_id, scan_id, instance, object_key, sha256, size_bytes, object_type,
      object_name, mail_from, rcpt_to, mail_origin, source_address, passwords_mark, mail_digest, n, outcome, scope, is_mail,
      queue, priority, head_id, group_id, own_id, takes_done, is_done)
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

  askable := ARRAY(SELECT a.submission_id FROM unnest(admissions) a
    WHERE a.outcome = 'new' AND a.takes_done AND (settings -> 'reuseVerdictsMinutes')::integer > 0);
  RETURN QUERY
    SELECT CASE WHEN a.outcome IN ('new', 'accepted before') THEN 'accepted' ELSE a.outcome END, a.scope, a.queue,
      a.priority, a.is_done OR r.submission_id IS NOT NULL, r.outcome, r.is_object_done
    FROM unnest(admissions) a
    LEFT JOIN ledger.reuse_verdicts(askable, settings, defaults) r ON r.submission_id = a.submission_id
    ORDER BY a.n;
END
$$;
