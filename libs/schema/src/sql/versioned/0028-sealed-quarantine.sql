-- What is kept lies encrypted in the store; whoever may open it has the private key.
--
-- | sealed_with | seal_at | in the store                                                       | becomes          |
-- |-------------|---------|--------------------------------------------------------------------|------------------|
-- | null        | time    | plain; to be sealed from then on                                   | key, at once     |
-- | key         | time    | sealed; plain besides: to be removed from then on, unless a scan needs it | key, null |
-- | key         | null    | sealed alone                                                       | key, time: to be scanned again |
ALTER TABLE ledger.kept_objects
  -- Id of the key it is sealed for. The sealed form is flushed to disk before this is written.
  ADD COLUMN sealed_with text,
  -- A row of a release that knows nothing of this is sealed like any other.
  ADD COLUMN seal_at timestamptz DEFAULT clock_timestamp();

-- what is to be sealed, and whose plain form is to go: ... WHERE seal_at <= now ORDER BY seal_at
CREATE INDEX kept_objects_to_seal ON ledger.kept_objects (seal_at) WHERE seal_at IS NOT NULL;
