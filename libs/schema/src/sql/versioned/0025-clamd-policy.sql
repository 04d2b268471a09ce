-- What a sensor's clamd listener answers, where an administrator chose it; what is not there is left to the listener's options.
-- The version grows with each change.
ALTER TABLE registry.registrations
  ADD COLUMN clamd_policy jsonb NOT NULL DEFAULT '{}' CHECK (
    jsonb_typeof(clamd_policy) = 'object' AND length(clamd_policy::text) <= 4096
  ),
  ADD COLUMN clamd_policy_version integer NOT NULL DEFAULT 0;
