-- What results may enter: a change that the console announced within ten minutes, once, as what was announced and in the
-- name of who asked. The last statement of the transaction that makes the change.
CREATE OR REPLACE FUNCTION registry.append_ledger_audit(change_id uuid, action text, target text, before jsonb,
  after jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  announced registry.announced_changes;
BEGIN
  DELETE FROM registry.announced_changes c
  WHERE c.id = change_id AND c.action = append_ledger_audit.action
    AND c.announced_at > clock_timestamp() - interval '10 minutes'
  RETURNING c.* INTO announced;
  IF announced.id IS NULL THEN
    RAISE EXCEPTION 'no one asked for this %, or it was made before', action USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN registry.append_audit(announced.actor, announced.actor_kind, announced.address, action, target, before, after);
END
$$;
REVOKE ALL ON FUNCTION registry.append_ledger_audit FROM PUBLIC;
