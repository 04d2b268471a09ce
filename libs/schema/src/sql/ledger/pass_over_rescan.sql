-- A kept object that could not be scanned in this wave, or whose scan said nothing that counts there. Tried three times,
-- last of all, and then left to the next wave.
CREATE OR REPLACE FUNCTION ledger.pass_over_rescan(object text, wave bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_over boolean;
BEGIN
  UPDATE ledger.kept_objects k SET
    rescan_wave = CASE WHEN k.rescan_tries >= 2 THEN wave ELSE k.rescan_wave END,
    rescan_tries = CASE WHEN k.rescan_tries >= 2 THEN 0 ELSE k.rescan_tries + 1 END
  WHERE k.object_key = object AND k.rescan_wave < wave
  RETURNING k.rescan_wave = wave INTO is_over;
  IF is_over THEN
    UPDATE ledger.rescan_waves w SET done = w.done + 1, unknown = w.unknown + 1, progress_at = clock_timestamp()
    WHERE w.id = wave;
  END IF;
END
$$;
