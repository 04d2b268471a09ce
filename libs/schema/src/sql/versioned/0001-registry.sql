-- Schema `registry`, owned by `console`: who may connect, settings, operators, audit.
--
-- Every change gateways must hear of first raises `registry.revision` in its own transaction. The row's lock makes
-- such changes serial, so revisions follow the order of commits and a reader of deltas never skips one.

CREATE SCHEMA registry;

-- One row. oldest_delta: a reader that knows less than this must start from nothing (older tombstones are gone).
CREATE TABLE registry.revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value bigint NOT NULL DEFAULT 1,
  oldest_delta bigint NOT NULL DEFAULT 0
);
INSERT INTO registry.revision DEFAULT VALUES;

CREATE TABLE registry.registrations (
  id uuid PRIMARY KEY,
  sensor_id text NOT NULL,
  type text NOT NULL CHECK (type IN ('mail', 'other')),
  name text,
  answer_format text NOT NULL DEFAULT 'actual' CHECK (answer_format IN ('actual', 'documented')),
  alerts_feed text NOT NULL DEFAULT 'own' CHECK (alerts_feed IN ('own', 'all', 'none')),
  max_unfinished_scans integer CHECK (max_unfinished_scans >= 1),
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz
);
-- One open registration an ID; also the lookup "is this ID in use".
CREATE UNIQUE INDEX registrations_open ON registry.registrations (sensor_id) WHERE closed_at IS NULL;
-- "Was this ID used before": closed ones of the ID.
CREATE INDEX registrations_by_sensor ON registry.registrations (sensor_id);

CREATE TABLE registry.certificates (
  id uuid PRIMARY KEY,
  sensor_id text NOT NULL,
  fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  state text NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'replaced')),
  registration_id uuid REFERENCES registry.registrations (id),
  claimed_type text NOT NULL CHECK (claimed_type IN ('mail', 'other')),
  claimed_name text,
  subject text,
  not_before timestamptz,
  not_after timestamptz,
  -- Order of the list; first_seen_at is null for a pair registered beforehand until it calls.
  created_at timestamptz NOT NULL DEFAULT now(),
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  first_address inet,
  last_address inet,
  last_answer integer,
  tls_version text,
  -- Forward-confirmed name of host_name_address; looked up in the background.
  host_name text,
  host_name_address inet,
  host_name_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  revision bigint NOT NULL,
  CHECK ((state IN ('accepted', 'replaced')) <= (registration_id IS NOT NULL)),
  UNIQUE (sensor_id, fingerprint)
);
-- Deltas: entries above a revision, in order.
CREATE INDEX certificates_by_revision ON registry.certificates (revision);
-- The list, newest first.
CREATE INDEX certificates_by_creation ON registry.certificates (created_at DESC, id DESC);
-- "The last certificate of a registration", and its entries when it changes.
CREATE INDEX certificates_by_registration ON registry.certificates (registration_id);
-- Bounds of pending rows: expiry, and the oldest of an address (IPv6 by /64).
CREATE INDEX certificates_pending ON registry.certificates (last_seen_at) WHERE state = 'pending';

-- Tombstones: certificates gone since. Purged from the oldest, raising oldest_delta.
CREATE TABLE registry.deleted_certificates (
  certificate_id uuid PRIMARY KEY,
  revision bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deleted_certificates_by_revision ON registry.deleted_certificates (revision);

-- Only what differs from the defaults in the software, or was set once.
CREATE TABLE registry.settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  is_pinned boolean NOT NULL DEFAULT false,
  revision bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE registry.operators (
  id uuid PRIMARY KEY,
  username text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'security-officer', 'auditor')),
  -- scrypt$N$r$p$salt$hash
  password_hash text NOT NULL,
  is_first_password boolean NOT NULL DEFAULT false,
  is_disabled boolean NOT NULL DEFAULT false,
  password_changed_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_sign_in_at timestamptz
);
CREATE UNIQUE INDEX operators_by_username ON registry.operators (lower(username));

CREATE TABLE registry.sessions (
  -- SHA-256 of the cookie's value: a copy of this table signs nobody in.
  id_hash text PRIMARY KEY,
  operator_id uuid NOT NULL REFERENCES registry.operators (id) ON DELETE CASCADE,
  address inet,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_operator ON registry.sessions (operator_id);
CREATE INDEX sessions_by_expiry ON registry.sessions (expires_at);

CREATE TABLE registry.tokens (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('administrator', 'security-officer', 'auditor')),
  -- Networks it may come from; null: anywhere.
  address_ranges cidr[],
  -- The one made for this machine's command line.
  is_local boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- Wrong passwords by (account, address) and by (all accounts, address). Losing them in a crash is harmless.
CREATE UNLOGGED TABLE registry.sign_in_failures (
  account text NOT NULL,
  address text NOT NULL,
  failures integer NOT NULL,
  blocked_until timestamptz NOT NULL,
  last_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, address)
);
CREATE INDEX sign_in_failures_by_age ON registry.sign_in_failures (last_at);

CREATE TABLE registry.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('operator', 'token', 'system')),
  address text,
  action text NOT NULL,
  target text,
  before jsonb,
  after jsonb
);
-- Retention, and lists by time.
CREATE INDEX audit_by_time ON registry.audit (at);
