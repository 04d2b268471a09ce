CREATE VIEW ledger.scans_per_minute AS
  SELECT minute, CASE WHEN is_mail THEN 'mail' ELSE 'other' END AS type, accepted, detect, not_detected, timeout, error
  FROM ledger.minutes;
