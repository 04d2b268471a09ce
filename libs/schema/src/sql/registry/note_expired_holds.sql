-- What results may enter by itself: held mail went by its retention. The last statement of the transaction that has it go.
CREATE OR REPLACE FUNCTION registry.note_expired_holds(target text, after jsonb) RETURNS bigint LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT registry.append_audit('system', 'system', NULL, 'quarantine.expire', target, NULL, after)
$$;
REVOKE ALL ON FUNCTION registry.note_expired_holds FROM PUBLIC;
