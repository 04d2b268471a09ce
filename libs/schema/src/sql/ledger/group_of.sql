-- The group whose file has this object's bytes. Null: its file is its own. What keys look like is checked where they come in
-- (parseObjectKey in libs/contracts).
CREATE OR REPLACE FUNCTION ledger.group_of(object_key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN length(object_key) > 32 THEN left(object_key, 32) END
$$;
