-- Unfinished scans of a system that has no limit of its own.
CREATE OR REPLACE FUNCTION ledger.system_limit(is_mail boolean, settings jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT (settings -> CASE WHEN is_mail THEN 'maxUnfinishedScansPerMailSystem' ELSE 'maxUnfinishedScansPerSystem' END)::integer
$$;
