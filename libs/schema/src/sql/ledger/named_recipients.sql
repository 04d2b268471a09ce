-- Of an envelope's recipients those that the message itself names, in To or Cc. The others are blind: whoever does not get
-- to read the mail does not get to know of them. Where the header fields are not known, all of them are.
CREATE OR REPLACE FUNCTION ledger.named_recipients(rcpt_to jsonb, mail jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(jsonb_agg(r.address ORDER BY r.place), '[]')
  FROM jsonb_array_elements_text(rcpt_to) WITH ORDINALITY r (address, place)
  WHERE lower(r.address) IN (SELECT lower(named) FROM
    jsonb_array_elements_text(coalesce(mail -> 'to', '[]') || coalesce(mail -> 'cc', '[]')) named)
$$;
