-- Operators who may read mail in quarantine, each time with a reason: no role has it by itself.
ALTER TABLE registry.operators ADD COLUMN can_read_mail boolean NOT NULL DEFAULT false;
