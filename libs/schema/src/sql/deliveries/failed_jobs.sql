CREATE VIEW deliveries.failed_jobs AS SELECT id, kind, reason, failed_at FROM ledger.failed_jobs;
