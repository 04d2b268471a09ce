import { readRows, type Query } from '@sluice/database';
import type { SentAuditHead } from '@sluice/notifications';
import { z } from 'zod';

/** A syslog channel, and the head of the audit log that is this instance's to send over it. */
export interface DueHead extends SentAuditHead {
  readonly channelId: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Name → sealed secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

const dueHeadRowSchema = z.object({
  channel_id: z.string(),
  entry_id: z.number(),
  hash: z.string(),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.string()).nullable(),
});

/**
 * A changed head is due a minute after the one before, so that no one can make it a flood; one that stays is due each
 * hour, so that silence means that something is wrong. Claimed before it is sent: of several instances one sends.
 */
const claim = `
WITH claimed AS (
  INSERT INTO deliveries.audit_heads_sent AS s (channel_id, entry_id, hash, tried_at)
  SELECT c.id, h.id, h.hash, clock_timestamp()
  FROM deliveries.channels c CROSS JOIN deliveries.audit_head h WHERE c.kind = 'syslog' AND h.id > 0
  ON CONFLICT (channel_id) DO UPDATE
    SET entry_id = excluded.entry_id, hash = excluded.hash, tried_at = excluded.tried_at
    WHERE s.tried_at <= excluded.tried_at - interval '1 hour'
      OR s.hash <> excluded.hash AND s.tried_at <= excluded.tried_at - interval '1 minute'
  RETURNING *
)
SELECT s.channel_id, s.entry_id, s.hash, c.settings,
  (SELECT jsonb_object_agg(x.name, x.sealed) FROM deliveries.channel_secrets x WHERE x.channel_id = c.id) AS secrets
FROM claimed s JOIN deliveries.channels c ON c.id = s.channel_id`;

export async function claimDueHeads(query: Query): Promise<DueHead[]> {
  const { rows } = await query(claim);
  return readRows(dueHeadRowSchema, rows).map((row) => ({
    channelId: row.channel_id,
    entryId: row.entry_id,
    hash: row.hash,
    settings: row.settings,
    secrets: row.secrets ?? {},
  }));
}

/** It did not go out: due again a minute after the try. */
export async function releaseHead(query: Query, { channelId, hash }: DueHead): Promise<void> {
  await query(`UPDATE deliveries.audit_heads_sent SET hash = '' WHERE channel_id = $1 AND hash = $2`, [
    channelId,
    hash,
  ]);
}
