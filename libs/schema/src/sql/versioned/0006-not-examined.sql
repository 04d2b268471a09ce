-- What of an object was not seen: place, engine, reason. The first ones, and how many in all. With a constant default no
-- row is written anew.
ALTER TABLE ledger.scans
  ADD COLUMN not_examined jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN not_examined_total integer NOT NULL DEFAULT 0;

ALTER TABLE ledger.alerts
  ADD COLUMN not_examined jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN not_examined_total integer NOT NULL DEFAULT 0;
