import { registryChangesSchema, type RegistryChanges } from '@sluice/contracts';
import { readRow, type Query } from '@sluice/database';
import { z } from 'zod';

const changesRowSchema = z.object({ changes: z.unknown() });

/**
 * One statement, so that everything is of one moment. Since too old, unknown or 0: everything in one answer, because a
 * load in pages could miss what was deleted between them. A delta's page never ends within a revision.
 */
const sql = `
  WITH now_at AS (
    SELECT value, $1::bigint = 0 OR $1 < oldest_delta OR $1 > value AS is_complete FROM registry.current_revision
  ), changed AS (
    SELECT revision FROM registry.certificate_entries WHERE revision > $1
    UNION ALL SELECT revision FROM registry.deletions WHERE revision > $1
    ORDER BY revision LIMIT $2
  ), page AS (
    -- A full page may have more behind it: then it ends with the last revision on it.
    SELECT is_complete, value, CASE WHEN is_complete OR (SELECT count(*) FROM changed) < $2 THEN value
      ELSE (SELECT max(revision) FROM changed) END AS upto FROM now_at
  )
  SELECT jsonb_build_object(
    'revision', upto, 'isComplete', is_complete, 'hasMore', upto < value,
    'entries', coalesce((
      SELECT jsonb_agg(jsonb_build_object('certificateId', certificate_id, 'sensorId', sensor_id, 'fingerprint', fingerprint,
        'state', state, 'registrationId', registration_id, 'type', type, 'answerFormat', answer_format,
        'alertsFeed', alerts_feed, 'mailPolicy', mail_policy, 'clamdPolicy', clamd_policy, 'revision', revision)
        ORDER BY revision)
      FROM registry.certificate_entries WHERE is_complete OR (revision > $1 AND revision <= upto)), '[]'),
    'deleted', coalesce((
      SELECT jsonb_agg(certificate_id) FROM registry.deletions
      WHERE NOT is_complete AND revision > $1 AND revision <= upto), '[]'),
    'settings', CASE
      WHEN is_complete OR EXISTS (SELECT FROM registry.setting_values WHERE revision > $1 AND revision <= upto)
      THEN coalesce((SELECT jsonb_object_agg(key, value) FROM registry.setting_values), '{}') END
  ) AS changes FROM page`;

export async function queryRegistryChanges(
  query: Query,
  request: { since: number; limit: number },
): Promise<RegistryChanges> {
  const answer = await query(sql, [request.since, request.limit]);
  const row = readRow(changesRowSchema, answer.rows);
  return registryChangesSchema.parse(row?.changes);
}
