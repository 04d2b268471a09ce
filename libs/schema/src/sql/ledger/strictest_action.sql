-- What a policy says of an object that was not examined for these reasons: the strictest of their actions, strictest
-- first (contracts, `policyActions`). A reason the policy doesn't name, or a word it should not have, is an error.
CREATE OR REPLACE FUNCTION ledger.strictest_action(reasons jsonb, policy jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((ARRAY['detect', 'error', 'not detected'])[
    min(coalesce(array_position(ARRAY['detect', 'error', 'not detected'], policy ->> r.reason), 2))], 'error')
  FROM jsonb_array_elements_text(reasons) AS r (reason)
$$;
