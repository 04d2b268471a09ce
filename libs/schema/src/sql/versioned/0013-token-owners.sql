-- A token belongs to an operator and ends with it. Those of 0.1.0 name their maker only: an operator of that name who
-- was there before the token is its owner, and a token without one, or of a higher role than its owner's, ends here.
ALTER TABLE registry.tokens ADD COLUMN owner_id uuid REFERENCES registry.operators (id) ON DELETE SET NULL;
UPDATE registry.tokens t SET owner_id = o.id FROM registry.operators o
  WHERE NOT t.is_local AND lower(o.username) = lower(t.created_by) AND o.created_at <= t.created_at;
UPDATE registry.tokens t SET revoked_at = now()
  WHERE NOT t.is_local AND t.revoked_at IS NULL AND NOT EXISTS (
    SELECT FROM registry.operators o WHERE o.id = t.owner_id AND NOT o.is_disabled
      AND array_position(ARRAY['auditor', 'security-officer', 'administrator'], t.role)
        <= array_position(ARRAY['auditor', 'security-officer', 'administrator'], o.role));
UPDATE registry.tokens SET expires_at = now() + interval '365 days' WHERE expires_at > now() + interval '365 days';
-- those that end with an operator
CREATE INDEX tokens_by_owner ON registry.tokens (owner_id) WHERE owner_id IS NOT NULL;
