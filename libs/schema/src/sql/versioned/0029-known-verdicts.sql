-- Verdicts that are told again for the same bytes. Nothing is lost with a row: then the object is scanned.
CREATE TABLE ledger.known_verdicts (
  sha256 text NOT NULL,
  object_type text NOT NULL,
  registration_id uuid NOT NULL,
  -- The scan that has the verdict; without it the row is worth nothing.
  submission_id uuid NOT NULL,
  scanner text NOT NULL,
  -- All that decided there, as scanners report it.
  decision_set text NOT NULL,
  recorded_at timestamptz NOT NULL,
  -- What is judged again when it is told again.
  has_test_signatures boolean NOT NULL,
  oldest_signatures_at timestamptz,
  -- Of its alert.
  importance text NOT NULL,
  technologies jsonb NOT NULL,
  database_version bigint NOT NULL,
  -- accept: ... WHERE sha256 = $1 AND object_type = $2 [AND registration_id = $3]
  PRIMARY KEY (sha256, object_type, registration_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
-- retention, and the oldest first when there are too many: ... WHERE recorded_at < $1 ORDER BY recorded_at LIMIT $2
CREATE INDEX known_verdicts_by_time ON ledger.known_verdicts (recorded_at);

-- When a decision set was first reported: a scanner that comes with an old one does not make it the newest.
CREATE TABLE ledger.decision_sets (
  decision_set text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL
);

ALTER TABLE ledger.scans
  -- The scan whose verdict this one was told, and when engines saw its bytes. Null: they saw this object.
  ADD COLUMN reused_of uuid,
  ADD COLUMN examined_at timestamptz;
ALTER TABLE ledger.alerts
  ADD COLUMN reused_of uuid,
  ADD COLUMN examined_at timestamptz;
