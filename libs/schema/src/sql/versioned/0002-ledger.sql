-- Schema `ledger`, owned by `results`: scans, verdicts, alerts and what keeps them right.
--
-- Whoever accepts, concludes or hides scans first locks the row `all` of ledger.counters. That makes these
-- transactions serial: no deadlocks, `seq` and alert ids follow the order of commits, limits are exact.
-- The price, one commit at a time, is paid with batches: each function takes many items in one statement.

CREATE SCHEMA ledger;

-- Unfinished scans: scope 'all', or a registration's id. The row 'all' is also the lock that makes writers serial.
CREATE TABLE ledger.counters (
  scope text PRIMARY KEY,
  unfinished integer NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
INSERT INTO ledger.counters VALUES ('all', 0);

CREATE SEQUENCE ledger.scan_seq;

-- One row per submission. What callers see of it: is_shown, shown_state; what the scan itself is: state.
CREATE TABLE ledger.scans (
  submission_id uuid PRIMARY KEY,
  -- Order of acceptance = order of commits.
  seq bigint NOT NULL DEFAULT nextval('ledger.scan_seq'),
  registration_id uuid NOT NULL,
  sensor_id text NOT NULL,
  is_mail boolean NOT NULL,
  -- '' = the caller named none.
  instance text NOT NULL,
  -- Null: scanned and alerted on, never shown to the caller.
  scan_id text,
  -- The newest submission of its (registration, instance, scanId). Set once, at acceptance; only ever cleared.
  is_shown boolean NOT NULL,
  shown_state text NOT NULL,
  -- Submissions of one scanId that overlapped: the id is 'processing' until all are done, then the worst of them.
  group_id uuid,
  deleted_at timestamptz,
  -- The submission an operator had scanned again.
  rescan_of uuid,
  state text NOT NULL CHECK (state IN ('processing', 'detect', 'not detected', 'timeout', 'error')),
  reason text,
  reason_text text,
  object_key text NOT NULL,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  object_type text NOT NULL CHECK (object_type IN ('file', 'email')),
  object_name text,
  mail_from text,
  rcpt_to jsonb NOT NULL,
  source_address text NOT NULL,
  queue text NOT NULL CHECK (queue IN ('light', 'heavy')),
  priority smallint NOT NULL,
  -- Redelivered jobs announced by scanners; attempts that failed on the object; the last one counted.
  begins integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  last_attempt text,
  -- The job is to be published at this time; null while it is in the broker's hands.
  not_before timestamptz,
  accepted_at timestamptz NOT NULL,
  -- No later than this plus the publishing margin the job was in its queue.
  published_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  scanner text,
  detections jsonb NOT NULL DEFAULT '[]',
  detections_total integer NOT NULL DEFAULT 0,
  engines jsonb NOT NULL DEFAULT '[]',
  md5 text,
  sha1 text,
  detected_type text,
  mail jsonb,
  -- The hot path tells unfinished scans by finished_at.
  CHECK ((state = 'processing') = (finished_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

-- Predicates and column orders below also see to it that a query of the hot path has one usable index only: plans are
-- made while the table is empty and all indexes look alike, and are kept while it grows.

-- accept, report, delete: the one visible row of a key. Unique: two heads can't happen, whatever the code does.
CREATE UNIQUE INDEX scans_by_key ON ledger.scans (scan_id, registration_id, instance) WHERE is_shown;
-- states: ... WHERE registration_id = $1 AND shown_state = $2 AND seq > $3 ORDER BY seq LIMIT $4
CREATE INDEX scans_by_state ON ledger.scans (registration_id, shown_state, seq)
  INCLUDE (scan_id, instance) WHERE is_shown AND shown_state IS NOT NULL;
-- states of one instance; systems that name none pay nothing for it
CREATE INDEX scans_by_instance ON ledger.scans (registration_id, instance, shown_state, seq)
  INCLUDE (scan_id) WHERE is_shown AND instance <> '';
-- verdicts and repeats: ... WHERE group_id = $1
CREATE INDEX scans_by_group ON ledger.scans (group_id) WHERE group_id IS NOT NULL;
-- lost work: ... WHERE state = 'processing' AND queue = $1 AND priority = $2 AND published_at < $3; also queue depths
CREATE INDEX scans_unfinished ON ledger.scans (queue, priority, published_at) WHERE state = 'processing';
-- retries: ... WHERE not_before <= now ORDER BY not_before
CREATE INDEX scans_due ON ledger.scans (not_before) WHERE not_before IS NOT NULL;
-- orphans: is an object of this key still to be scanned?
CREATE INDEX scans_unfinished_objects ON ledger.scans (object_key) WHERE state = 'processing';
-- retention: ... WHERE finished_at < $1 ORDER BY finished_at LIMIT $2
CREATE INDEX scans_finished ON ledger.scans (finished_at) WHERE finished_at IS NOT NULL;
-- console: newest scans; of one system; those with something to say
CREATE UNIQUE INDEX scans_by_seq ON ledger.scans (seq);
CREATE INDEX scans_of_registration ON ledger.scans (registration_id, seq);
CREATE INDEX scans_notable ON ledger.scans (state, seq) WHERE state IN ('detect', 'timeout', 'error');

-- DELETE of everything: rows of the registration (instance '*': of all) up to seq are gone for the caller.
CREATE TABLE ledger.watermarks (
  registration_id uuid NOT NULL,
  instance text NOT NULL,
  seq bigint NOT NULL,
  set_at timestamptz NOT NULL,
  -- All rows below are hidden by themselves by now.
  is_purged boolean NOT NULL DEFAULT false,
  PRIMARY KEY (registration_id, instance)
);

-- Objects kept after their scan (detected, error, timeout). An object without a row here and without an unfinished
-- scan is nobody's and may be removed.
CREATE TABLE ledger.kept_objects (
  object_key text PRIMARY KEY,
  size_bytes bigint NOT NULL,
  kept_at timestamptz NOT NULL,
  kept_until timestamptz NOT NULL
);
-- retention, and the oldest first when quarantineMaxBytes is used up
CREATE INDEX kept_objects_by_end ON ledger.kept_objects (kept_until);
CREATE INDEX kept_objects_by_age ON ledger.kept_objects (kept_at);

-- One per submission with detections. Copies, so that alerts outlive scans and registrations.
CREATE TABLE ledger.alerts (
  -- Order of ids = order of commits: a feed that saw an id has seen all smaller ones.
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  submission_id uuid NOT NULL UNIQUE,
  registration_id uuid NOT NULL,
  sensor_id text NOT NULL,
  is_mail boolean NOT NULL,
  scan_id text,
  instance text NOT NULL,
  source_address text NOT NULL,
  created_at timestamptz NOT NULL,
  submitted_at timestamptz NOT NULL,
  started_at timestamptz,
  importance text NOT NULL CHECK (importance IN ('high', 'medium', 'low')),
  state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'in-process', 'closed')),
  assignee text,
  changed_at timestamptz,
  -- Foremost first.
  technologies text[] NOT NULL,
  detections jsonb NOT NULL,
  detections_total integer NOT NULL,
  engines jsonb NOT NULL,
  -- YYYYMMDDhhmm of the newest signatures that took part.
  database_version bigint NOT NULL,
  object_key text NOT NULL,
  object_name text,
  object_type text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text NOT NULL,
  md5 text,
  sha1 text,
  detected_type text,
  mail_from text,
  rcpt_to jsonb NOT NULL,
  mail jsonb
);
-- detects, scope own: ... WHERE registration_id = $1 AND id > $2 ORDER BY id LIMIT $3
CREATE INDEX alerts_of_registration ON ledger.alerts (registration_id, id);
-- console: by state; other alerts on the same bytes
CREATE INDEX alerts_by_state ON ledger.alerts (state, id);
CREATE INDEX alerts_by_hash ON ledger.alerts (sha256);
-- retention and filters by time
CREATE INDEX alerts_by_time ON ledger.alerts (created_at);

CREATE TABLE ledger.alert_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id bigint NOT NULL REFERENCES ledger.alerts (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  operator text NOT NULL,
  state_before text,
  state_after text,
  assignee_before text,
  assignee_after text,
  comment text
);
-- the card of an alert: its changes in order
CREATE INDEX alert_log_by_alert ON ledger.alert_log (alert_id, id);

-- Work given up: scans after their last attempt, and messages nobody could read.
CREATE TABLE ledger.failed_jobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('scan', 'message')),
  submission_id uuid,
  reason text NOT NULL,
  reason_text text,
  -- Dead letters: where it came from and how it began, cleaned and bounded.
  source text,
  excerpt text,
  failed_at timestamptz NOT NULL
);
-- one per scan; a redelivered message must not make a second
CREATE UNIQUE INDEX failed_jobs_of_scans ON ledger.failed_jobs (submission_id) WHERE kind = 'scan';
-- retention
CREATE INDEX failed_jobs_by_time ON ledger.failed_jobs (failed_at);

-- Markers sent through the job queues and back (design, "Finding lost work").
CREATE TABLE ledger.markers (
  marker_id uuid PRIMARY KEY,
  queue text NOT NULL,
  priority smallint NOT NULL,
  issued_at timestamptz NOT NULL,
  returned_at timestamptz
);
-- newest issued, newest returned of a queue and priority
CREATE INDEX markers_by_issue ON ledger.markers (queue, priority, issued_at);

-- Last report of every service instance.
CREATE TABLE ledger.instances (
  service text NOT NULL,
  instance text NOT NULL,
  status jsonb NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (service, instance)
);

-- Counted as it happens: rows of scans may be gone long before an operator looks at the day.
CREATE TABLE ledger.minutes (
  minute timestamptz NOT NULL,
  is_mail boolean NOT NULL,
  accepted integer NOT NULL DEFAULT 0,
  detect integer NOT NULL DEFAULT 0,
  not_detected integer NOT NULL DEFAULT 0,
  timeout integer NOT NULL DEFAULT 0,
  error integer NOT NULL DEFAULT 0,
  PRIMARY KEY (minute, is_mail)
) WITH (fillfactor = 50);

-- Time from acceptance to verdict: bucket b holds (1.15^(b-1), 1.15^b] milliseconds, so percentiles are right within 8 %.
CREATE TABLE ledger.verdict_minutes (
  minute timestamptz NOT NULL,
  is_mail boolean NOT NULL,
  bucket smallint NOT NULL,
  verdicts integer NOT NULL,
  PRIMARY KEY (minute, is_mail, bucket)
) WITH (fillfactor = 50);
