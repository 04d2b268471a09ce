-- One row written, however many scans there are. Null: every instance.
CREATE OR REPLACE FUNCTION ledger.delete_all_scans(registration uuid, of_instance text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ledger.counters c WHERE c.scope = 'all' FOR UPDATE;
  INSERT INTO ledger.watermarks AS w (registration_id, instance, seq, set_at)
  SELECT registration, coalesce(of_instance, '*'), coalesce(max(s.seq), 0), clock_timestamp() FROM ledger.scans s
  ON CONFLICT (registration_id, instance)
    DO UPDATE SET seq = excluded.seq, set_at = excluded.set_at, is_purged = false;
END
$$;
