CREATE VIEW registry.deletions AS
  SELECT certificate_id, revision FROM registry.deleted_certificates;
