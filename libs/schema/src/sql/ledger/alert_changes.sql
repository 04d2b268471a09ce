CREATE VIEW ledger.alert_changes AS
  SELECT id, alert_id, at, operator, state_before, state_after, assignee_before, assignee_after, disposition_before, disposition_after, comment
  FROM ledger.alert_log;
