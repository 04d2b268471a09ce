CREATE VIEW deliveries.oldest_jobs AS
  SELECT queue, priority, extract(epoch FROM clock_timestamp() - min(accepted_at))::float8 AS age_seconds
  FROM ledger.scans WHERE state = 'processing' GROUP BY queue, priority;
