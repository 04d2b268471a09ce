-- How long after its end a release is let through by mail sensors. 0, as while it was never set: not at all.
CREATE OR REPLACE FUNCTION ledger.release_ticket_minutes() RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce((SELECT (v.value #>> '{}')::integer FROM registry.setting_values v
    WHERE v.key = 'releaseTicketMinutes' AND jsonb_typeof(v.value) = 'number'), 0);
END
$$;
