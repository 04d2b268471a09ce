-- What the search in alerts looks through. An index is built on it (search-index.ts), which is why it is replaced in
-- place and calls nothing but immutable functions of PostgreSQL; a change of its body has the index built anew.
-- Recipients are those of the header fields (of all of which `mail` has the lists): whom these do not name is not found by
-- guessing. Addresses, subjects and names are as their senders wrote them; JSON's own escapes are taken out again.
CREATE OR REPLACE FUNCTION ledger.alert_text(object_name text, sensor_id text, scan_id text, detections jsonb,
  not_examined jsonb, mail_from text, rcpt_to jsonb, mail jsonb, mail_origin jsonb)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(object_name, '') || E'\n' || sensor_id || E'\n' || coalesce(scan_id, '') || E'\n'
    || coalesce(mail_from, '') || E'\n'
    || replace(replace(
      coalesce(jsonb_path_query_array(detections, '$[*].name')::text, '')
      || coalesce(jsonb_path_query_array(detections, '$[*].path[*]')::text, '')
      || coalesce(jsonb_path_query_array(not_examined, '$[*].path[*]')::text, '')
      || coalesce(jsonb_path_query_array(mail, '$.*[*]')::text, '')
      || coalesce(jsonb_path_query_array(mail_origin, '$.*')::text, ''), '\"', '"'), '\\', '\')
$$;
