-- The console says that someone who is signed in asked for a change of the ledger. Whoever is given the id may enter that
-- one change in their name. Those that came to nothing go after an hour.
CREATE OR REPLACE FUNCTION registry.announce_change(actor_kind text, proof text, address text, action text)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  new_id uuid;
BEGIN
  IF action <> ALL (registry.ledger_actions()) THEN
    RAISE EXCEPTION 'results does not do %', action USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM registry.announced_changes c WHERE c.announced_at < clock_timestamp() - interval '1 hour';
  INSERT INTO registry.announced_changes (actor, actor_kind, address, action)
    VALUES (registry.audit_caller(actor_kind, proof), actor_kind, address, action) RETURNING id INTO new_id;
  RETURN new_id;
END
$$;
REVOKE ALL ON FUNCTION registry.announce_change FROM PUBLIC;
