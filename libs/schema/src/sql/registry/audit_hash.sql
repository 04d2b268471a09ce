-- The text that is hashed, for good: what was hashed once must hash alike for ever. jsonb sorts its keys, times are UTC.
CREATE OR REPLACE FUNCTION registry.audit_hash(before_hash text, id bigint, at timestamptz, actor text, actor_kind text,
  address text, action text, target text, before jsonb, after jsonb) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT encode(sha256(convert_to(before_hash || chr(10) || jsonb_build_array(id,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, actor_kind, address, action, target,
    before, after)::text, 'UTF8')), 'hex')
$$;
