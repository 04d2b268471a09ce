-- The minute in which a console looked at the system's health last; null: none ever did.
CREATE VIEW deliveries.last_look AS
  SELECT max(minute) AS looked_at FROM registry.load_minutes;
