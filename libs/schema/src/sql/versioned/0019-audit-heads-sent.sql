-- Which head of the audit log went out over which syslog channel, and when it was tried; several notifiers send it once.
-- An empty hash: the last try failed.
CREATE TABLE deliveries.audit_heads_sent (
  channel_id uuid PRIMARY KEY REFERENCES deliveries.channels (id) ON DELETE CASCADE,
  entry_id bigint NOT NULL,
  hash text NOT NULL,
  tried_at timestamptz NOT NULL
);
