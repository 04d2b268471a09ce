-- An alert and its outbox row are one transaction, whatever inserts the alert: no alert is without its notification,
-- no notification without its alert. `notifier` takes rows out in the transaction that makes the deliveries; it listens, and
-- hears of the commit.

CREATE OR REPLACE FUNCTION ledger.note_alerts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger.outbox (alert_id) SELECT id FROM added ORDER BY id;
  PERFORM pg_notify('sluice_deliveries', '');
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER alerts_to_outbox AFTER INSERT ON ledger.alerts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.note_alerts();
