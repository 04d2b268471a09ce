-- Changes that results makes and enters; everything else is the console's to enter.
CREATE OR REPLACE FUNCTION registry.ledger_actions() RETURNS text[] LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT ARRAY['alert.change', 'alert.change-many', 'scan.rescan', 'failed-job.retry', 'failed-job.delete',
    'scan.forget-verdicts', 'quarantine.release', 'quarantine.delete',
    'quarantine.refuse']
$$;
REVOKE ALL ON FUNCTION registry.ledger_actions FROM PUBLIC;
