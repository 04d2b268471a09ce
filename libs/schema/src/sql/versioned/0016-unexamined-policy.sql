-- What a system gets for objects that could not be examined: an action for each reason an administrator chose one for;
-- a reason that is not there is `error`. The version grows with each change, and verdicts name the one they were judged by.
ALTER TABLE registry.registrations
  ADD COLUMN unexamined_policy jsonb NOT NULL DEFAULT '{}' CHECK (
    jsonb_typeof(unexamined_policy) = 'object'
    AND unexamined_policy - ARRAY['encrypted', 'unsupported', 'damaged', 'ambiguous', 'limit-exceeded', 'too-large'] = '{}'
    AND NOT jsonb_path_exists(unexamined_policy, '$.* ? (!(@ == "detect" || @ == "error" || @ == "not detected"))')
  ),
  ADD COLUMN unexamined_policy_version integer NOT NULL DEFAULT 0;

-- Null: no policy changed the state. Else what it made of `error`, for which reasons, and its version.
ALTER TABLE ledger.scans ADD COLUMN policy_applied jsonb;
ALTER TABLE ledger.alerts ADD COLUMN policy_applied jsonb;
