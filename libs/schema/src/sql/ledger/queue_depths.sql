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
