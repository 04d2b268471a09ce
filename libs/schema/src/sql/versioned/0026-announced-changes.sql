-- Changes of the ledger that operators asked for: results may write the audit entry of each once, in the name found here.
-- Written by registry.announce_change, used up by registry.append_ledger_audit. A row that is left belongs to a change
-- that was not made.
CREATE TABLE registry.announced_changes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  actor text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('operator', 'token')),
  address text,
  action text NOT NULL,
  announced_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
