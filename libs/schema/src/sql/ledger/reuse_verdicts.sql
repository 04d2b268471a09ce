-- Ends scans that were just inserted with the verdict that is known of their bytes, in the transaction that accepts them.
-- `settings`: those of this moment. One row per scan that has its verdict now.
--
-- | a verdict is told again only                                    | because                                          |
-- |-----------------------------------------------------------------|--------------------------------------------------|
-- | of the same SHA-256 and type, without passwords of the caller   | these are what engines see of a submission       |
-- | of the same registration, unless shareVerdicts                  | an instant verdict says that others had the bytes |
-- | for reuseVerdictsMinutes                                        | what engines cannot say of themselves grows old  |
-- | of the newest decision set that a ready scanner reports         | what decided then decides now                    |
-- | while its signatures are young enough, and may judge, today     | a scan of now would end in error                 |
--
-- Only `detect` and `not detected` are here, of objects that were examined in full (record_verdicts.sql).

CREATE OR REPLACE FUNCTION ledger.reuse_verdicts(ids uuid[], settings jsonb, verdict_defaults jsonb)
RETURNS TABLE (submission_id uuid, outcome text, is_object_done boolean)
LANGUAGE plpgsql
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  now_at timestamptz := clock_timestamp();
  is_shared boolean := (settings -> 'shareVerdicts')::boolean;
  oldest_at timestamptz := now_at - make_interval(mins => (settings -> 'reuseVerdictsMinutes')::integer);
  signatures_since timestamptz := now_at - make_interval(hours => (settings -> 'maxSignatureAgeHours')::integer);
  candidates uuid[];
  newest text;
  items jsonb;
BEGIN
  -- Nearly always there is none, and nothing else is asked.
  SELECT array_agg(one.id) INTO candidates
  FROM unnest(ids) AS one (id)
  CROSS JOIN LATERAL (
    SELECT s.sha256, s.object_type, s.registration_id FROM ledger.scans s
    WHERE s.submission_id = one.id AND s.passwords_mark IS NULL LIMIT 1
  ) s
  CROSS JOIN LATERAL (
    SELECT FROM ledger.known_verdicts k
    WHERE k.sha256 = s.sha256 AND k.object_type = s.object_type AND (is_shared OR k.registration_id = s.registration_id)
    LIMIT 1
  ) k;
  IF candidates IS NULL THEN RETURN; END IF;
  newest := ledger.newest_decision_set();
  IF newest IS NULL THEN RETURN; END IF;

  SELECT jsonb_agg(jsonb_build_object(
      'submissionId', one.id, 'outcome', v.state, 'reason', v.reason, 'reasonText', v.reason_text,
      'detections', v.detections, 'detectionsTotal', v.detections_total, 'engines', v.engines,
      'md5', v.md5, 'sha1', v.sha1, 'sha256', v.sha256, 'detectedType', v.detected_type, 'mail', v.mail,
      'scanner', v.scanner, 'importance', v.importance, 'technologies', v.technologies,
      'databaseVersion', v.database_version, 'notExamined', '[]'::jsonb, 'notExaminedTotal', 0, 'isProven', true,
      'reusedOf', v.submission_id, 'examinedAt', v.finished_at)) INTO items
  FROM unnest(candidates) AS one (id)
  CROSS JOIN LATERAL (SELECT s.* FROM ledger.scans s WHERE s.submission_id = one.id LIMIT 1) s
  CROSS JOIN LATERAL (
    SELECT e.*, k.importance, k.technologies, k.database_version
    FROM ledger.known_verdicts k
    CROSS JOIN LATERAL (SELECT t.* FROM ledger.scans t WHERE t.submission_id = k.submission_id LIMIT 1) e
    WHERE k.sha256 = s.sha256 AND k.object_type = s.object_type AND (is_shared OR k.registration_id = s.registration_id)
      AND k.decision_set = newest AND k.recorded_at > oldest_at
      AND (NOT k.has_test_signatures OR (settings -> 'allowTestSignatures')::boolean)
      AND (k.oldest_signatures_at IS NULL OR k.oldest_signatures_at >= signatures_since)
      AND e.sha256 = s.sha256 AND e.state IN ('detect', 'not detected') AND e.policy_applied IS NULL AND e.released IS NULL
    -- One's own before another's.
    ORDER BY k.registration_id = s.registration_id DESC, k.recorded_at DESC
    LIMIT 1
  ) v;
  IF items IS NULL THEN RETURN; END IF;
  RETURN QUERY SELECT r.submission_id, r.outcome, r.is_object_done
    FROM ledger.record_verdicts(items, verdict_defaults) r;
END
$$;
