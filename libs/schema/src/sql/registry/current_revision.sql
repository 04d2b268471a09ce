CREATE VIEW registry.current_revision AS
  SELECT value, oldest_delta FROM registry.revision;
