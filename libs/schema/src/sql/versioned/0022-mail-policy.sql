-- What a mail sensor does with mail, where an administrator chose it; what is not there is left to its listener's options.
-- The version grows with each change.
ALTER TABLE registry.registrations
  ADD COLUMN mail_policy jsonb NOT NULL DEFAULT '{}' CHECK (
    jsonb_typeof(mail_policy) = 'object' AND length(mail_policy::text) <= 131072
  ),
  ADD COLUMN mail_policy_version integer NOT NULL DEFAULT 0;
