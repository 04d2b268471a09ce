-- Jobs are not persistent: a broker that restarted has lost them, and the ledger has them published again. One row per
-- queue in which a message stands that is gone when the jobs are.
--
-- | lost_before | means                                                                                        |
-- |-------------|----------------------------------------------------------------------------------------------|
-- | null        | the message stood there at the last look                                                     |
-- | infinity    | it is gone, and not put back yet                                                             |
-- | a time      | it was put back then: jobs published before may be lost, unfinished ones are published again |
CREATE TABLE ledger.restart_markers (
  queue text PRIMARY KEY,
  lost_before timestamptz
);
