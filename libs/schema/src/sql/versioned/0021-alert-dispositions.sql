-- What a closed alert turned out to be; null while it is open, and where no one said it.
ALTER TABLE ledger.alerts ADD COLUMN disposition text
  CHECK (disposition IN ('true-positive', 'false-positive', 'test', 'duplicate'));
ALTER TABLE ledger.alert_log ADD COLUMN disposition_before text, ADD COLUMN disposition_after text;
