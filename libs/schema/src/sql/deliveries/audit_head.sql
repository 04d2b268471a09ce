-- What the notifier sends out, so that cutting off the newest entries shows.
CREATE VIEW deliveries.audit_head AS SELECT id, hash FROM registry.audit_head;
