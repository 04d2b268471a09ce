-- What no one else has of mail, and since when.
CREATE VIEW ledger.held_mail AS
  SELECT count(*)::integer AS mails, coalesce(sum(size_bytes), 0)::bigint AS bytes, min(hold_at) AS oldest_at
  FROM ledger.kept_objects WHERE hold = 'held';
