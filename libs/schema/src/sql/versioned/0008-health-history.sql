-- What is wrong with the system, as the console sees it every few seconds; rows with ended_at are its history.
CREATE TABLE registry.causes (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The same for as long as the cause lasts.
  id text NOT NULL,
  level text NOT NULL CHECK (level IN ('down', 'degraded', 'advisory')),
  title text NOT NULL,
  -- The page that shows more, for the badge there.
  link text NOT NULL,
  began_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  ended_at timestamptz
);
-- At most one of each is open, whichever console wrote it: ... ON CONFLICT (id) WHERE ended_at IS NULL
CREATE UNIQUE INDEX causes_open ON registry.causes (id) WHERE ended_at IS NULL;
-- The history of a range, newest first: ... WHERE began_at < $2 ORDER BY began_at DESC, seq DESC
CREATE INDEX causes_by_begin ON registry.causes (began_at, seq);
