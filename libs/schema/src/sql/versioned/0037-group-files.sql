-- Small objects share a file, a group. Its key is the first 32 characters of theirs (group_of.sql). Here is which groups are
-- closed: nothing refers to them, nothing may from then on (accept.sql), and their files go (close_groups.sql). Of one that is
-- open there is no row.
CREATE TABLE ledger.group_files (
  group_key text PRIMARY KEY,
  closed_at timestamptz NOT NULL
);
-- retention: ... WHERE closed_at < $1
CREATE INDEX group_files_by_time ON ledger.group_files (closed_at);

-- kept objects that are to have files of their own: ... WHERE length(object_key) > 32 ORDER BY object_key
CREATE INDEX kept_objects_shared ON ledger.kept_objects (object_key) WHERE length(object_key) > 32;
