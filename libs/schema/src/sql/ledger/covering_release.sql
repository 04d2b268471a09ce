-- The release by which a mail is let through: its id, or null. `recipients`: all that the mail sensor named.
--
-- | the mail is let through only                                | because                                                |
-- |--------------------------------------------------------------|--------------------------------------------------------|
-- | as what was released, but for what mail servers add          | a header alone opens no door                           |
-- | for recipients of such releases, all of them                 | there is one answer for all; of 80 or more a sensor    |
-- |                                                              | names the first, and of a long address the beginning   |
-- | by mail sensors of the registration that it was kept for     | others were not asked about it                         |
-- | while its release goes on, and some minutes after it          | a lost answer has it sent again, at a next server, too |
-- | for four days at most                                        | notifiers try for three                                |
-- | if no recipient of the release was refused for good          | the receiver does not want it                          |
-- | while who released it may release                            | an account that was taken over is disabled             |
-- | until it is deleted from quarantine                          | so a release is taken back (release-mail.service.ts)   |
--
-- A statement per recipient's row; nearly always no recipient has one, and nothing else is asked.

CREATE OR REPLACE FUNCTION ledger.covering_release(mail_digest text, registration uuid, recipients jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE
-- Whoever asks may have turned nested loops off, and this looks up single rows.
SET enable_seqscan = off SET enable_nestloop = on SET jit = off
AS $$
DECLARE
  now_at timestamptz := clock_timestamp();
  ticket_minutes integer;
  covered uuid;
  address text;
  first_one uuid;
BEGIN
  IF mail_digest IS NULL OR jsonb_array_length(recipients) NOT BETWEEN 1 AND 79 THEN RETURN NULL; END IF;
  FOR address IN SELECT lower(r.address) FROM jsonb_array_elements_text(recipients) AS r (address) LOOP
    IF length(address) >= 1000 THEN RETURN NULL; END IF;
    IF NOT EXISTS (SELECT FROM ledger.release_tickets t
      WHERE t.recipient = address AND t.registration_id = registration) THEN RETURN NULL; END IF;
    ticket_minutes := coalesce(ticket_minutes, ledger.release_ticket_minutes());
    IF ticket_minutes <= 0 THEN RETURN NULL; END IF;
    SELECT x.id INTO covered
    FROM ledger.release_tickets t JOIN ledger.releases x ON x.id = t.release_id
    WHERE t.recipient = address AND t.registration_id = registration
      AND coalesce(t.digest, x.wrapper_digest) = mail_digest
      AND x.created_at > now_at - interval '4 days'
      AND (x.state = 'waiting'
        OR (x.state = 'delivered' AND x.finished_at > now_at - make_interval(mins => ticket_minutes)))
      AND EXISTS (SELECT FROM registry.releasing_callers c
        WHERE c.kind = t.operator_kind AND c.name = x.operator AND c.created_at <= x.created_at)
    ORDER BY x.seq DESC LIMIT 1;
    IF covered IS NULL THEN RETURN NULL; END IF;
    first_one := coalesce(first_one, covered);
  END LOOP;
  RETURN first_one;
END
$$;
