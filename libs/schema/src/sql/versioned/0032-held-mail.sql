-- Mail that a sensor accepted for Sluice to keep: its mail server dropped its copy, so nothing here may go by itself.
-- (`held_until` is something else: an object stays that long because it is being released.)
--
-- | hold     | means                                                | becomes                     |
-- |----------|------------------------------------------------------|-----------------------------|
-- | null     | someone else has it: a sender, a mail server         | held                        |
-- | held     | no one else has it; neither retention nor eviction   | released, refused, expired  |
-- | released | each recipient's server took it                      |                             |
-- | refused  | an operator refused it; its sender is told           |                             |
-- | expired  | past its retention; told or not, as the setting says |                             |
ALTER TABLE ledger.kept_objects
  ADD COLUMN hold text CHECK (hold IN ('held', 'released', 'refused', 'expired')),
  ADD COLUMN hold_at timestamptz;

-- a mail that comes again: ... WHERE sha256 = $1 AND hold = 'held'; and all of them, for their bytes and their end
CREATE INDEX kept_objects_held ON ledger.kept_objects (sha256) WHERE hold = 'held';

-- Word to a sender that a held mail is refused leaves as releases do, with their retries.
ALTER TABLE ledger.releases DROP CONSTRAINT releases_form_check,
  ADD CONSTRAINT releases_form_check CHECK (form IN ('original', 'attachment', 'refusal')),
  -- Of a refusal: those who do not get the mail.
  ADD COLUMN undelivered text[] NOT NULL DEFAULT '{}',
  -- Of a refusal: since when Sluice had the mail.
  ADD COLUMN held_at timestamptz;
