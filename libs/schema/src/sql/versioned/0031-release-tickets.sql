-- A released mail that has to pass a mail sensor once more is known there by a ticket.

-- SHA-256 of a mail without what mail servers add on its way (object-store, `mail-digest.ts`), as the gateway saw it. Null:
-- no mail of a mail sensor, or taken by a release that made none.
ALTER TABLE ledger.scans
  ADD COLUMN mail_digest text,
  -- Null: no ticket changed the state. Else {releaseId, stateBefore}.
  ADD COLUMN released jsonb;
ALTER TABLE ledger.kept_objects ADD COLUMN mail_digest text;

-- Of the mail that bears the released one as attachment, as the notifier that is about to send it made it.
ALTER TABLE ledger.releases
  ADD COLUMN wrapper_digest text CHECK (wrapper_digest IS NULL OR form = 'attachment');

-- One row for each recipient of a release. It opens nothing by itself: covering_release.sql says when. No foreign key:
-- releases come and go in bulk, and a ticket without its release is worth nothing.
CREATE TABLE ledger.release_tickets (
  release_id uuid NOT NULL,
  -- In small letters.
  recipient text NOT NULL,
  -- Of the mail sensors that it is valid for.
  registration_id uuid NOT NULL,
  -- Null: the release's wrapper_digest.
  digest text,
  -- What the release's `operator` is the name of.
  operator_kind text NOT NULL CHECK (operator_kind IN ('operator', 'token')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (release_id, recipient)
);
-- a mail meets its ticket: ... WHERE recipient = $1 AND registration_id = $2
CREATE INDEX release_tickets_by_recipient ON ledger.release_tickets (recipient, registration_id);
-- retention
CREATE INDEX release_tickets_by_time ON ledger.release_tickets (created_at);
