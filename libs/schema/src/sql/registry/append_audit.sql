-- The only way into the audit log, and no service's to call: each has a function in front of it that knows what it may
-- say. The last statement of its transaction: whoever appends waits for those before, and must not make them wait for
-- locks of its own. Time, number and hash are made here, whatever the caller says.
CREATE OR REPLACE FUNCTION registry.append_audit(actor text, actor_kind text, address text, action text, target text,
  before jsonb, after jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  head registry.audit_head;
  new_id bigint;
  new_hash text;
  now_at timestamptz;
BEGIN
  SELECT * INTO STRICT head FROM registry.audit_head FOR UPDATE;
  now_at := clock_timestamp();
  new_id := nextval(pg_get_serial_sequence('registry.audit', 'id'));
  new_hash := registry.audit_hash(head.hash, new_id, now_at, actor, actor_kind, address, action, target, before, after);
  INSERT INTO registry.audit (id, at, actor, actor_kind, address, action, target, before, after, hash)
    OVERRIDING SYSTEM VALUE
    VALUES (new_id, now_at, actor, actor_kind, address, action, target, before, after, new_hash);
  UPDATE registry.audit_head SET id = new_id, hash = new_hash;
  RETURN new_id;
END
$$;
REVOKE ALL ON FUNCTION registry.append_audit FROM PUBLIC;
