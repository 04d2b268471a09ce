-- Schema `deliveries`, owned by `notifier`: channels, rules, what was told to whom; and the ledger's outbox.

-- An alert and its outbox row are one transaction, whatever inserts the alert: no alert is without its notification,
-- no notification without its alert. `notifier` takes rows out in the transaction that makes the deliveries.
CREATE TABLE ledger.outbox (
  -- No foreign key: retention may remove an alert nobody took; the row is then dropped when it is taken.
  alert_id bigint PRIMARY KEY,
  -- Told to receivers, so that they can drop doubles.
  event_id uuid NOT NULL DEFAULT gen_random_uuid(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE SCHEMA deliveries;

-- Where to. Settings hold no secrets; those are sealed for the notifier and only it may read them.
CREATE TABLE deliveries.channels (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('smtp', 'syslog', 'webhook')),
  settings jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX channels_by_name ON deliveries.channels (lower(name));

CREATE TABLE deliveries.channel_secrets (
  channel_id uuid NOT NULL REFERENCES deliveries.channels (id) ON DELETE CASCADE,
  name text NOT NULL,
  sealed text NOT NULL,
  PRIMARY KEY (channel_id, name)
);

-- What the console has to know of the notifier: the public half of its sealing key, and what its links start with.
CREATE TABLE deliveries.sealing_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  public_key text NOT NULL,
  console_url text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- How the last attempts went. Failures in a row pause a channel, so that one that is away isn't asked for each message.
CREATE TABLE deliveries.channel_health (
  channel_id uuid PRIMARY KEY REFERENCES deliveries.channels (id) ON DELETE CASCADE,
  failures integer NOT NULL DEFAULT 0,
  paused_until timestamptz,
  last_answer text,
  last_success_at timestamptz,
  last_failure_at timestamptz
) WITH (fillfactor = 50);

-- What is told to whom, and how.
CREATE TABLE deliveries.rules (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  is_enabled boolean NOT NULL,
  channel_id uuid NOT NULL REFERENCES deliveries.channels (id),
  recipients text[] NOT NULL,
  subject text,
  match jsonb NOT NULL,
  digest_minutes integer NOT NULL CHECK (digest_minutes >= 0),
  max_per_hour integer CHECK (max_per_hour >= 1),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX rules_by_name ON deliveries.rules (lower(name));
-- Is a channel in use?
CREATE INDEX rules_by_channel ON deliveries.rules (channel_id);

-- Messages of a rule in its current hour.
CREATE TABLE deliveries.rule_windows (
  rule_id uuid PRIMARY KEY REFERENCES deliveries.rules (id) ON DELETE CASCADE,
  started_at timestamptz NOT NULL,
  messages integer NOT NULL
) WITH (fillfactor = 50);

-- Troubles of operation a rule has told already; gone when the trouble is.
CREATE TABLE deliveries.told_problems (
  rule_id uuid NOT NULL REFERENCES deliveries.rules (id) ON DELETE CASCADE,
  kind text NOT NULL,
  subject text NOT NULL,
  told_at timestamptz NOT NULL,
  PRIMARY KEY (rule_id, kind, subject)
);

-- | state     | means                                              | becomes                            |
-- |-----------|----------------------------------------------------|------------------------------------|
-- | waiting   | to be sent at due_at; with a lease: being sent     | delivered, dead, waiting, cancelled |
-- | gathering | a digest or summary that still takes events        | waiting, when it is due            |
-- | gathered  | part of one; follows it                            | delivered, dead, cancelled         |
-- | delivered | the receiver took it                               | waiting, by a replay               |
-- | dead      | given up after the last attempt                    | waiting, by a replay               |
-- | cancelled | its rule was switched off, it or its channel deleted | waiting, by a replay             |

-- What happened, as it is told: a copy, so that retries and replays outlive the alert. At most one per alert.
CREATE TABLE deliveries.events (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('alert', 'operation')),
  alert_id bigint,
  facts jsonb NOT NULL,
  created_at timestamptz NOT NULL
);
-- deliveries of one alert
CREATE INDEX events_by_alert ON deliveries.events (alert_id) WHERE alert_id IS NOT NULL;
-- retention
CREATE INDEX events_by_time ON deliveries.events (created_at);

CREATE TABLE deliveries.deliveries (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('alert', 'operation', 'digest', 'held-back', 'test')),
  state text NOT NULL CHECK (state IN ('waiting', 'gathering', 'gathered', 'delivered', 'dead', 'cancelled')),
  -- Copies of names: the list tells what was, also when rule or channel are gone.
  rule_id uuid,
  rule_name text,
  channel_id uuid NOT NULL,
  channel_name text NOT NULL,
  event_id uuid REFERENCES deliveries.events (id) ON DELETE CASCADE,
  -- The digest or summary that tells it.
  part_of uuid REFERENCES deliveries.deliveries (id) ON DELETE CASCADE,
  -- Digests and summaries: how many events they tell.
  events_total integer,
  -- Tests: who asked.
  operator text,
  recipients text[],
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When it began to wait: creation, or its replay.
  queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Next attempt; while it is being sent: when another instance may take it over.
  due_at timestamptz NOT NULL,
  lease uuid,
  attempts integer NOT NULL DEFAULT 0,
  first_attempt_at timestamptz,
  finished_at timestamptz,
  last_answer text
);
-- one delivery per (event, rule), whatever the code does
CREATE UNIQUE INDEX deliveries_once ON deliveries.deliveries (event_id, rule_id)
  WHERE event_id IS NOT NULL AND rule_id IS NOT NULL;
-- one open digest and one open summary per rule
CREATE UNIQUE INDEX deliveries_gathering ON deliveries.deliveries (rule_id, kind) WHERE state = 'gathering';
-- what is due: ... WHERE channel_id = $1 AND state IN ('waiting', 'gathering') AND due_at <= now ORDER BY due_at, seq
CREATE INDEX deliveries_due ON deliveries.deliveries (channel_id, due_at, seq) WHERE state IN ('waiting', 'gathering');
CREATE INDEX deliveries_by_batch ON deliveries.deliveries (part_of) WHERE part_of IS NOT NULL;
-- lists, newest first: all, of a state, of a rule, of a channel
CREATE UNIQUE INDEX deliveries_by_seq ON deliveries.deliveries (seq);
CREATE INDEX deliveries_by_state ON deliveries.deliveries (state, seq);
CREATE INDEX deliveries_by_rule ON deliveries.deliveries (rule_id, seq);
CREATE INDEX deliveries_by_channel ON deliveries.deliveries (channel_id, seq);
-- retention
CREATE INDEX deliveries_finished ON deliveries.deliveries (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE deliveries.attempts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid NOT NULL REFERENCES deliveries.deliveries (id) ON DELETE CASCADE,
  -- The lease it was made under.
  lease uuid NOT NULL UNIQUE,
  instance text NOT NULL,
  started_at timestamptz NOT NULL,
  -- Null: under way, or its process ended in the middle of it.
  finished_at timestamptz,
  outcome text CHECK (outcome IN ('delivered', 'failed')),
  answer text
);
CREATE INDEX attempts_by_delivery ON deliveries.attempts (delivery_id, id);
