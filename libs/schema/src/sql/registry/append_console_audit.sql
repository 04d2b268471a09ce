-- What the console may enter: what someone who is signed in did, under the name their session or token has, and the few
-- things it does by itself. Never what results does, and never what retention does.
CREATE OR REPLACE FUNCTION registry.append_console_audit(actor_kind text, proof text, address text, action text,
  target text, before jsonb, after jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  actor text := proof;
BEGIN
  IF actor_kind = 'system' THEN
    IF (proof, action) NOT IN (('system', 'settings.change'), ('system', 'operator.add'), ('system', 'token.add'),
      ('sign-in', 'session.refuse')) THEN
      RAISE EXCEPTION 'the console does not do % as %', action, proof USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSE
    actor := registry.audit_caller(actor_kind, proof);
    IF action = ANY (registry.ledger_actions()) OR action IN ('audit.expire', 'quarantine.expire', 'session.refuse',
      'rescan-wave.begin', 'rescan-wave.end') THEN
      RAISE EXCEPTION 'entries of % are not the console''s to write', action USING ERRCODE = 'insufficient_privilege';
    END IF;
  END IF;
  RETURN registry.append_audit(actor, actor_kind, address, action, target, before, after);
END
$$;
REVOKE ALL ON FUNCTION registry.append_console_audit FROM PUBLIC;
