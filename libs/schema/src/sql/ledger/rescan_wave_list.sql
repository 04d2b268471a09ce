CREATE VIEW ledger.rescan_wave_list AS
  SELECT id, decision_set, began_at, objects, done, detected, cleared, unknown, progress_at, ended_at, end_reason
  FROM ledger.rescan_waves;
