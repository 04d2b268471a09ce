-- Kept objects that are scanned again when what decides has changed (advance_rescans.sql, begin_rescan.sql).
--
-- | wave           | means                                                                        |
-- |----------------|------------------------------------------------------------------------------|
-- | ended_at null  | the newest one, there is no other: its objects are scanned, as there is room |
-- | done           | each object that was kept was looked at                                      |
-- | overtaken      | what decides changed again: the next wave has what was left                  |
-- | stopped        | rescanKept was turned off                                                    |
CREATE TABLE ledger.rescan_waves (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  decision_set text NOT NULL,
  began_at timestamptz NOT NULL,
  -- As the settings said last.
  kept_days integer NOT NULL,
  in_flight integer NOT NULL,
  -- To be scanned when it began.
  objects integer NOT NULL,
  -- Looked at, of them: now detected, now clean, and without an answer that counts.
  done integer NOT NULL DEFAULT 0,
  detected integer NOT NULL DEFAULT 0,
  cleared integer NOT NULL DEFAULT 0,
  unknown integer NOT NULL DEFAULT 0,
  progress_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text CHECK (end_reason IN ('done', 'overtaken', 'stopped')),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

ALTER TABLE ledger.kept_objects
  -- The last wave that looked at it. Null submission_id: it has no place in any.
  ADD COLUMN rescan_wave bigint NOT NULL DEFAULT 0,
  -- Scans of the wave after that one which said nothing that counts.
  ADD COLUMN rescan_tries smallint NOT NULL DEFAULT 0,
  -- What decided on its verdict, when the scanner said so.
  ADD COLUMN examined_set text,
  -- What the newest signatures say: {state, at, decisionSet, submissionId, names, stateBefore}. Null: never another word.
  ADD COLUMN newest jsonb;
-- next of a wave, those that waited longest first: ... WHERE rescan_wave < $1 ORDER BY rescan_wave, rescan_tries, seq LIMIT $2
CREATE INDEX kept_objects_to_rescan ON ledger.kept_objects (rescan_wave, rescan_tries, seq);

-- Null: not of a wave. Limits, statistics and retention do not know those that are.
ALTER TABLE ledger.scans ADD COLUMN rescan_wave bigint;
-- The last change that new signatures made to what it is about, as in kept_objects.newest.
ALTER TABLE ledger.alerts ADD COLUMN rescanned jsonb;
-- console: those that new signatures changed, newest first
CREATE INDEX alerts_rescanned ON ledger.alerts (id) WHERE rescanned IS NOT NULL;
