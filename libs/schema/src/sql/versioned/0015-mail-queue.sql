-- Jobs of mail have a queue of their own while maximumMailPriority is on.
ALTER TABLE ledger.scans DROP CONSTRAINT scans_queue_check;
-- Every row there is fits: it is not read again for a check that is wider than the last.
ALTER TABLE ledger.scans ADD CONSTRAINT scans_queue_check CHECK (queue IN ('light', 'heavy', 'mail')) NOT VALID;
