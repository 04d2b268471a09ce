-- Settings as operators changed them, over the defaults given; values of another type than the default's are ignored.
-- Not in language sql, which would parse and plan the statement again in each call: a tenth of what accepting costs.
CREATE OR REPLACE FUNCTION ledger.settings(defaults jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT defaults || coalesce(jsonb_object_agg(v.key, v.value), '{}')
    FROM registry.setting_values v
    WHERE defaults ? v.key AND jsonb_typeof(v.value) = jsonb_typeof(defaults -> v.key)
  );
END
$$;
