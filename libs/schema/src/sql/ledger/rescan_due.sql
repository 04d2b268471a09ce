-- What the wave that runs would scan next, and how many there is room for now. Looked at without a lock: begin_rescan
-- decides.
CREATE VIEW ledger.rescan_due AS
  SELECT w.id AS wave, due.object_key
  FROM (SELECT * FROM ledger.rescan_waves ORDER BY id DESC LIMIT 1) w
  CROSS JOIN LATERAL (
    SELECT k.object_key FROM ledger.kept_objects k
    WHERE k.rescan_wave < w.id AND k.submission_id IS NOT NULL AND ledger.group_of(k.object_key) IS NULL
      AND k.examined_set IS DISTINCT FROM w.decision_set
      AND k.kept_at > clock_timestamp() - make_interval(days => w.kept_days)
      AND NOT EXISTS (SELECT FROM ledger.scans s WHERE s.object_key = k.object_key AND s.state = 'processing')
    ORDER BY k.rescan_wave, k.rescan_tries, k.seq
    LIMIT (SELECT ledger.rescan_room(w.in_flight, w.decision_set))
  ) due
  WHERE w.ended_at IS NULL;
