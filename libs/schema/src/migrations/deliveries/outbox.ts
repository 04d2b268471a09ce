/**
 * An alert and its outbox row are one transaction, whatever inserts the alert: no alert is without its notification,
 * no notification without its alert. `notifier` takes rows out in the transaction that makes the deliveries.
 */
export const outbox = `
CREATE TABLE ledger.outbox (
  -- No foreign key: retention may remove an alert nobody took; the row is then dropped when it is taken.
  alert_id bigint PRIMARY KEY,
  -- Told to receivers, so that they can drop doubles.
  event_id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE FUNCTION ledger.note_alerts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger.outbox (alert_id) SELECT id FROM added ORDER BY id;
  RETURN NULL;
END
$$;
CREATE TRIGGER alerts_to_outbox AFTER INSERT ON ledger.alerts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.note_alerts();
`;
