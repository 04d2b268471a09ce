-- The only way out of the audit log: the oldest entries, never one younger than 30 days, at most 10,000 at a time.
-- What is left goes on from the checkpoint, and an entry vouches for it. Returns how many went.
CREATE OR REPLACE FUNCTION registry.expire_audit(days integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stays_from timestamptz := now() - make_interval(days => greatest(days, 30));
  first_to_stay bigint;
  last_id bigint;
  last_hash text;
  removed integer;
BEGIN
  PERFORM FROM registry.audit_head FOR UPDATE;
  -- The chain is cut at its beginning only, whatever the clock did.
  SELECT a.id INTO first_to_stay FROM registry.audit a WHERE a.at >= stays_from ORDER BY a.id LIMIT 1;
  SELECT o.id, o.hash INTO last_id, last_hash FROM (
    SELECT a.id, a.hash FROM registry.audit a
    WHERE first_to_stay IS NULL OR a.id < first_to_stay ORDER BY a.id LIMIT 10000
  ) o ORDER BY o.id DESC LIMIT 1;
  IF last_id IS NULL THEN RETURN 0; END IF;
  DELETE FROM registry.audit WHERE id <= last_id;
  GET DIAGNOSTICS removed = ROW_COUNT;
  UPDATE registry.audit_checkpoint SET through_id = last_id, hash = last_hash;
  PERFORM registry.append_audit('system', 'system', NULL, 'audit.expire', NULL, NULL,
    jsonb_build_object('throughId', last_id, 'hash', last_hash, 'removed', removed));
  RETURN removed;
END
$$;
REVOKE ALL ON FUNCTION registry.expire_audit FROM PUBLIC;
