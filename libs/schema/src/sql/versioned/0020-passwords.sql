-- Passwords come with an object and lie sealed beside it; never here. The mark tells whether a repeat came with the same
-- ones (keyed, so that it says nothing about them). Null: none came.
ALTER TABLE ledger.scans ADD COLUMN passwords_mark text;
