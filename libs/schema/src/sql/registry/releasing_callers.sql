-- Who may release mail today: what someone released who may no more opens no sensor. A token ends with its owner; that of
-- this machine's command line has none, and is made anew under its name.
CREATE VIEW registry.releasing_callers AS
  SELECT 'operator' AS kind, o.username AS name, o.created_at
  FROM registry.operators o WHERE NOT o.is_disabled AND o.role IN ('administrator', 'security-officer')
  UNION ALL
  SELECT 'token', t.name, CASE WHEN t.is_local THEN '-infinity' ELSE t.created_at END
  FROM registry.tokens t LEFT JOIN registry.operators o ON o.id = t.owner_id
  WHERE t.revoked_at IS NULL AND t.role IN ('administrator', 'security-officer')
    AND (t.is_local OR (o.id IS NOT NULL AND NOT o.is_disabled));
