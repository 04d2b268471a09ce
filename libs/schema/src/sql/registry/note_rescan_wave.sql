-- What results may enter by itself: kept objects are scanned again because what decides has changed, and are no longer.
CREATE OR REPLACE FUNCTION registry.note_rescan_wave(is_begin boolean, wave bigint, after jsonb) RETURNS bigint LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT registry.append_audit('system', 'system', NULL,
    CASE WHEN is_begin THEN 'rescan-wave.begin' ELSE 'rescan-wave.end' END, 'rescan wave ' || wave, NULL, after)
$$;
REVOKE ALL ON FUNCTION registry.note_rescan_wave FROM PUBLIC;
