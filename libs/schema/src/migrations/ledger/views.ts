/** What `console` may read. Its role has SELECT on views of this schema and on nothing else. */
export const consoleViews = `
CREATE VIEW ledger.scan_list AS
  SELECT s.submission_id, s.seq, s.registration_id, s.sensor_id, CASE WHEN s.is_mail THEN 'mail' ELSE 'other' END AS type,
    s.scan_id, s.instance, s.is_shown, s.deleted_at, s.rescan_of, s.state, s.reason, s.reason_text, s.object_name,
    s.object_type, s.size_bytes, s.sha256, s.md5, s.sha1, s.detected_type, s.mail_from, s.rcpt_to, s.mail,
    s.source_address, s.queue, s.priority, s.begins, s.attempts, s.not_before, s.accepted_at, s.started_at,
    s.finished_at, s.scanner, s.detections, s.detections_total, s.engines, s.object_key,
    s.state = 'processing' OR k.object_key IS NOT NULL AS has_object, k.kept_until AS object_kept_until
  FROM ledger.scans s LEFT JOIN ledger.kept_objects k ON k.object_key = s.object_key;

CREATE VIEW ledger.alert_list AS
  SELECT a.id, a.submission_id, a.registration_id, a.sensor_id, CASE WHEN a.is_mail THEN 'mail' ELSE 'other' END AS type,
    a.scan_id, a.instance, a.source_address, a.created_at, a.submitted_at, a.started_at, a.created_at AS finished_at,
    a.importance, a.state, a.assignee, a.changed_at, a.technologies[1] AS technology, a.technologies,
    ARRAY(SELECT DISTINCT d ->> 'name' FROM jsonb_array_elements(a.detections) d) AS names,
    a.detections, a.detections_total, a.engines, a.database_version, a.object_name, a.object_type, a.size_bytes,
    a.sha256, a.md5, a.sha1, a.detected_type, a.mail_from, a.rcpt_to, a.mail, a.object_key,
    k.object_key IS NOT NULL AS has_object, k.kept_until AS object_kept_until
  FROM ledger.alerts a LEFT JOIN ledger.kept_objects k ON k.object_key = a.object_key;

CREATE VIEW ledger.alert_changes AS
  SELECT id, alert_id, at, operator, state_before, state_after, assignee_before, assignee_after, comment
  FROM ledger.alert_log;

CREATE VIEW ledger.failed_job_list AS
  SELECT f.id, f.kind, f.submission_id, s.registration_id, s.sensor_id, s.scan_id,
    CASE WHEN s.is_mail THEN 'mail' WHEN NOT s.is_mail THEN 'other' END AS type,
    f.reason, f.reason_text, f.source, f.excerpt, f.failed_at, s.object_name, s.sha256, s.size_bytes,
    k.object_key IS NOT NULL AND s.state <> 'processing' AS can_retry
  FROM ledger.failed_jobs f
  LEFT JOIN ledger.scans s ON s.submission_id = f.submission_id
  LEFT JOIN ledger.kept_objects k ON k.object_key = s.object_key;

CREATE VIEW ledger.instance_list AS
  SELECT service, instance, status ->> 'version' AS version, (status ->> 'startedAt')::timestamptz AS started_at,
    (status -> 'isReady')::boolean AS is_ready, status -> 'problems' AS problems, status -> 'engines' AS engines,
    (status -> 'busySlots')::integer AS busy_slots, (status -> 'slots')::integer AS slots,
    status ->> 'certificateFingerprint' AS certificate_fingerprint,
    (status ->> 'certificateNotAfter')::timestamptz AS certificate_not_after,
    (status ->> 'isLoopback')::boolean AS is_loopback, seen_at,
    extract(epoch FROM clock_timestamp() - seen_at)::float8 AS silent_seconds
  FROM ledger.instances;

CREATE VIEW ledger.unfinished_scans AS SELECT scope, unfinished FROM ledger.counters;

CREATE VIEW ledger.queue_depths AS
  SELECT coalesce(s.queue, m.queue) AS queue, coalesce(s.priority, m.priority)::integer AS priority,
    coalesce(s.unfinished, 0)::integer AS unfinished, coalesce(s.delayed, 0)::integer AS delayed, s.oldest_accepted_at,
    extract(epoch FROM clock_timestamp() - s.oldest_accepted_at)::float8 AS oldest_age_seconds,
    m.last_wait_seconds, m.oldest_marker_age_seconds
  FROM (
    SELECT queue, priority, count(*) AS unfinished, count(*) FILTER (WHERE not_before > clock_timestamp()) AS delayed,
      min(accepted_at) AS oldest_accepted_at
    FROM ledger.scans WHERE state = 'processing' GROUP BY queue, priority
  ) s FULL JOIN (
    SELECT queue, priority,
      extract(epoch FROM (array_agg(returned_at - issued_at ORDER BY issued_at DESC)
        FILTER (WHERE returned_at IS NOT NULL))[1])::float8 AS last_wait_seconds,
      extract(epoch FROM clock_timestamp() - min(issued_at) FILTER (WHERE returned_at IS NULL))::float8
        AS oldest_marker_age_seconds
    FROM ledger.markers GROUP BY queue, priority
  ) m USING (queue, priority);
`;

export const statisticsViews = `
CREATE VIEW ledger.scans_per_minute AS
  SELECT minute, CASE WHEN is_mail THEN 'mail' ELSE 'other' END AS type, accepted, detect, not_detected, timeout, error
  FROM ledger.minutes;

CREATE VIEW ledger.verdict_times AS
  SELECT minute, CASE WHEN is_mail THEN 'mail' ELSE 'other' END AS type, bucket, verdicts FROM ledger.verdict_minutes;

-- Reads views only, so that it gives nobody more than they have. Steps in which nothing happened are left out.
CREATE FUNCTION ledger.time_series(from_at timestamptz, until_at timestamptz, step interval)
RETURNS TABLE (at timestamptz, type text, accepted bigint, detect bigint, not_detected bigint, timeout bigint,
  error bigint, p50_ms float8, p95_ms float8)
LANGUAGE sql STABLE AS $$
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
`;
