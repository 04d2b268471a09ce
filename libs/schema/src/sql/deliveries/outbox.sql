CREATE VIEW deliveries.outbox AS SELECT alert_id, event_id, created_at FROM ledger.outbox;
