-- What the receiver of released mail answered in each attempt: a release that waits for days says why.

-- [{from, until, count, answers}], oldest first; attempts in a row that were answered the same are one (note_attempt.sql).
ALTER TABLE ledger.releases ADD COLUMN attempt_log jsonb NOT NULL DEFAULT '[]';
