-- So that a page of a hundred thousand alerts costs the same in each order, and the card's lists of related ones do.

-- console: the most important first, page by page: ... ORDER BY <rank> DESC, id DESC
CREATE INDEX alerts_by_importance ON ledger.alerts
  ((CASE importance WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END), id);
-- console: of one system; also what the card of an alert lists: ... WHERE sensor_id = $1 ORDER BY id DESC
CREATE INDEX alerts_by_sensor ON ledger.alerts (sensor_id, id);
-- console: mail of one sender: ... WHERE mail_from = $1 ORDER BY id DESC
CREATE INDEX alerts_by_sender ON ledger.alerts (mail_from, id) WHERE mail_from IS NOT NULL;
-- console: what one operator works on: ... WHERE assignee = $1 ORDER BY id DESC
CREATE INDEX alerts_by_assignee ON ledger.alerts (assignee, id) WHERE assignee IS NOT NULL;
