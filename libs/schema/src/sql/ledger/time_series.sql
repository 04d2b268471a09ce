-- Reads views only, so that it gives no one more than they have. Steps in which nothing happened are left out.
CREATE OR REPLACE FUNCTION ledger.time_series(from_at timestamptz, until_at timestamptz, step interval)
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
