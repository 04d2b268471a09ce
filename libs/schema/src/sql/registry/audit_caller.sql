-- The name the audit log knows a caller by, from what the caller is signed in with: the hash of a session, or the id of a
-- token. A token that this very transaction revokes still counts. SQLSTATE 28000: signed in no more.
CREATE OR REPLACE FUNCTION registry.audit_caller(actor_kind text, proof text) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  name text;
BEGIN
  IF actor_kind = 'operator' THEN
    SELECT o.username INTO name FROM registry.sessions s JOIN registry.operators o ON o.id = s.operator_id
    WHERE s.id_hash = proof AND s.expires_at > now();
  ELSIF actor_kind = 'token' THEN
    SELECT t.name INTO name FROM registry.tokens t
    WHERE t.id::text = proof AND t.expires_at > now() AND (t.revoked_at IS NULL OR t.revoked_at = now());
  END IF;
  IF name IS NULL THEN
    RAISE EXCEPTION 'no session or token of this kind is valid: %', actor_kind
      USING ERRCODE = 'invalid_authorization_specification', HINT = 'sign in again';
  END IF;
  RETURN name;
END
$$;
REVOKE ALL ON FUNCTION registry.audit_caller FROM PUBLIC;
