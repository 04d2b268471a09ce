-- What is kept is kept with its envelope and with why: the scan it comes from has a shorter retention.
ALTER TABLE ledger.kept_objects
  -- Order in which things came into quarantine.
  ADD COLUMN seq bigint GENERATED ALWAYS AS IDENTITY,
  -- The scan that put it here. Null: kept by a release that noted nothing more, and its scan is gone.
  ADD COLUMN submission_id uuid,
  ADD COLUMN registration_id uuid,
  ADD COLUMN sensor_id text,
  ADD COLUMN is_mail boolean,
  ADD COLUMN state text,
  ADD COLUMN reason text,
  -- Of detections, each once, 20 at most.
  ADD COLUMN names text[] NOT NULL DEFAULT '{}',
  ADD COLUMN object_name text,
  ADD COLUMN object_type text,
  ADD COLUMN sha256 text,
  ADD COLUMN mail_from text,
  ADD COLUMN rcpt_to jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN mail_origin jsonb,
  ADD COLUMN mail jsonb,
  -- Until then it stays whatever retention and quarantineMaxBytes say: it is being released.
  ADD COLUMN held_until timestamptz;

UPDATE ledger.kept_objects k SET submission_id = s.submission_id, registration_id = s.registration_id,
  sensor_id = s.sensor_id, is_mail = s.is_mail, state = s.state, reason = s.reason,
  names = ARRAY(SELECT DISTINCT d ->> 'name' FROM jsonb_array_elements(s.detections) d LIMIT 20),
  object_name = s.object_name, object_type = s.object_type, sha256 = s.sha256, mail_from = s.mail_from,
  rcpt_to = s.rcpt_to, mail_origin = s.mail_origin, mail = s.mail
FROM ledger.scans s WHERE s.object_key = k.object_key AND s.rescan_of IS NULL AND s.state <> 'processing';

-- console: quarantine, newest first: ... WHERE seq < $1 ORDER BY seq DESC LIMIT $2
CREATE UNIQUE INDEX kept_objects_by_seq ON ledger.kept_objects (seq);
-- release and delete: ... WHERE submission_id = ANY ($1)
CREATE INDEX kept_objects_by_submission ON ledger.kept_objects (submission_id);

-- Mail that operators let out of quarantine; notifiers send it over SMTP.
--
-- | state     | means                                               | becomes                     |
-- |-----------|-----------------------------------------------------|-----------------------------|
-- | waiting   | to be sent at due_at; with a lease: being sent      | delivered, refused, waiting |
-- | delivered | the receiver took it for every recipient            |                             |
-- | refused   | for one at least: refused for good, or given up     |                             |
CREATE TABLE ledger.releases (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  submission_id uuid NOT NULL,
  object_key text NOT NULL,
  sha256 text NOT NULL,
  -- As it was, or as an attachment of a mail of Sluice's own.
  form text NOT NULL CHECK (form IN ('original', 'attachment')),
  -- '': the null sender, as bounces have it.
  mail_from text NOT NULL,
  -- What the attachment's mail says it is.
  subject text,
  recipients text[] NOT NULL CHECK (cardinality(recipients) BETWEEN 1 AND 1000),
  -- Those without an answer that is for good.
  pending text[] NOT NULL,
  -- The last answer for each recipient asked so far: {recipient, outcome, answer}.
  answers jsonb NOT NULL DEFAULT '[]',
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'refused')),
  operator text NOT NULL,
  created_at timestamptz NOT NULL,
  -- Next attempt; while it is being sent: when another instance may take it over.
  due_at timestamptz NOT NULL,
  lease uuid,
  -- Attempts that the receiver answered.
  attempts integer NOT NULL DEFAULT 0,
  finished_at timestamptz,
  CHECK ((state = 'waiting') = (finished_at IS NULL))
);
-- what is due: ... WHERE state = 'waiting' AND due_at <= now ORDER BY due_at, seq
CREATE INDEX releases_due ON ledger.releases (due_at, seq) WHERE state = 'waiting';
-- the last release of a row in quarantine
CREATE INDEX releases_of_objects ON ledger.releases (submission_id, seq);
-- retention
CREATE INDEX releases_finished ON ledger.releases (finished_at) WHERE finished_at IS NOT NULL;

-- Where notifiers release mail to, for people: host and port. Null: they were given no receiver.
ALTER TABLE deliveries.sealing_key ADD COLUMN releases_to text;
