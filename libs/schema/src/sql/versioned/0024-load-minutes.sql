-- What waited and how busy scanners were, as the console saw it every few seconds: the charts of the dashboard.
CREATE TABLE registry.load_minutes (
  minute timestamptz PRIMARY KEY,
  -- Sums over all looks at it, of every console: their quotient is the utilisation, however many there were.
  busy_slots bigint NOT NULL,
  slots bigint NOT NULL
);
-- The most that waited in a minute. No row: nothing waited, or, without a row of that minute above, no one looked.
CREATE TABLE registry.waiting_minutes (
  minute timestamptz NOT NULL,
  priority smallint NOT NULL,
  unfinished integer NOT NULL,
  oldest_seconds integer NOT NULL,
  PRIMARY KEY (minute, priority)
);
