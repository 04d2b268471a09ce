CREATE VIEW ledger.verdict_times AS
  SELECT minute, CASE WHEN is_mail THEN 'mail' ELSE 'other' END AS type, bucket, verdicts FROM ledger.verdict_minutes;
