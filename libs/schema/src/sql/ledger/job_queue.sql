-- Which job queue an object goes to. `is_mail_first`: it is mail, maximumMailPriority is on, and whoever publishes the job
-- knows the queue of mail. Called with a null where something is not known: then it is the ordinary queue.
CREATE OR REPLACE FUNCTION ledger.job_queue(is_mail_first boolean, size_bytes bigint, settings jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN is_mail_first THEN 'mail'
    WHEN size_bytes > (settings -> 'heavyObjectBytes')::bigint THEN 'heavy'
    ELSE 'light' END
$$;
