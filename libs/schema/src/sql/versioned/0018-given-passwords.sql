-- A password that someone else chose (an administrator, this machine's command line) is known to two: it opens nothing
-- but its own change. `is_first_password` says the same of the first administrator's, which also lies in a file.
ALTER TABLE registry.operators ADD COLUMN is_given_password boolean NOT NULL DEFAULT false;
