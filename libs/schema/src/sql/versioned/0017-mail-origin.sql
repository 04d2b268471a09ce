-- Where a mail came from, as its sensor said: clientAddress, clientName, helo, authenticatedUser, queueId, messageId,
-- each null or at most 1,024 characters. Null: it said nothing.
ALTER TABLE ledger.scans ADD COLUMN mail_origin jsonb;
ALTER TABLE ledger.alerts ADD COLUMN mail_origin jsonb;
