-- Alerts by the SHA-256 of a part that was detected: WHERE jsonb_path_query_array(detections, '$[*].sha256') @> '"…"'.
CREATE INDEX alerts_by_part ON ledger.alerts
  USING gin (jsonb_path_query_array(detections, '$[*].sha256') jsonb_path_ops);
-- Scans of a time: WHERE accepted_at >= … AND accepted_at < … . Grows at its right end only.
CREATE INDEX scans_by_time ON ledger.scans (accepted_at);
