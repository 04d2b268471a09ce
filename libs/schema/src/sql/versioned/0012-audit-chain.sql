-- The audit log as a chain: each entry's hash covers the entry and the hash before it, so that changing, removing or
-- slipping in an entry shows. Entries come by registry.append_audit and go by registry.expire_audit alone.

ALTER TABLE registry.audit ADD COLUMN hash text;

-- The newest entry. Its row's lock makes appending serial until the transaction ends: ids and hashes follow commits.
CREATE TABLE registry.audit_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id bigint NOT NULL,
  hash text NOT NULL
);

-- What retention removed last: the oldest entry left goes on from here. An entry of the log says the same.
CREATE TABLE registry.audit_checkpoint (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  through_id bigint NOT NULL,
  hash text NOT NULL
);

-- The text that is hashed, for good: what was hashed once must hash alike for ever. jsonb sorts its keys, times are UTC.
CREATE FUNCTION registry.audit_hash(before_hash text, id bigint, at timestamptz, actor text, actor_kind text, address text,
  action text, target text, before jsonb, after jsonb) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT encode(sha256(convert_to(before_hash || chr(10) || jsonb_build_array(id,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, actor_kind, address, action, target,
    before, after)::text, 'UTF8')), 'hex')
$$;

-- Entries of before: nothing vouches for what was done to them until now, from here on the chain does.
DO $$
DECLARE
  entry registry.audit;
  last_hash text := repeat('0', 64);
  last_id bigint := 0;
BEGIN
  FOR entry IN SELECT * FROM registry.audit ORDER BY id LOOP
    last_hash := registry.audit_hash(last_hash, entry.id, entry.at, entry.actor, entry.actor_kind, entry.address,
      entry.action, entry.target, entry.before, entry.after);
    last_id := entry.id;
    UPDATE registry.audit SET hash = last_hash WHERE id = entry.id;
  END LOOP;
  INSERT INTO registry.audit_head (id, hash) VALUES (last_id, last_hash);
  INSERT INTO registry.audit_checkpoint (through_id, hash) VALUES (0, repeat('0', 64));
END
$$;
ALTER TABLE registry.audit ALTER COLUMN hash SET NOT NULL;
