import { readRows, type Query } from '@sluice/database';
import { ruleMatchSchema, type RuleMatch } from '@sluice/notifications';
import { z } from 'zod';

export interface EnabledRule {
  readonly id: string;
  readonly name: string;
  readonly match: RuleMatch;
  readonly digestMinutes: number;
  readonly maxPerHour: number | null;
  readonly channelId: string;
  readonly channelName: string;
  readonly createdAt: Date;
}

const ruleRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  match: z.unknown(),
  digest_minutes: z.number(),
  max_per_hour: z.number().nullable(),
  channel_id: z.string(),
  channel_name: z.string(),
  created_at: z.date(),
});

/** Rules whose match this build doesn't understand are left out: a rule must not tell more than was asked. */
export async function readEnabledRules(query: Query): Promise<EnabledRule[]> {
  const { rows } = await query(
    `SELECT r.id, r.name, r.match, r.digest_minutes, r.max_per_hour, r.channel_id, c.name AS channel_name, r.created_at
     FROM deliveries.rules r JOIN deliveries.channels c ON c.id = r.channel_id
     WHERE r.is_enabled ORDER BY r.created_at, r.id`,
  );
  return readRows(ruleRowSchema, rows).flatMap((row) => {
    const match = ruleMatchSchema.safeParse(row.match);
    return match.success ? [toRule(row, match.data)] : [];
  });
}

const toRule = (row: z.infer<typeof ruleRowSchema>, match: RuleMatch): EnabledRule => ({
  id: row.id,
  name: row.name,
  match,
  digestMinutes: row.digest_minutes,
  maxPerHour: row.max_per_hour,
  channelId: row.channel_id,
  channelName: row.channel_name,
  createdAt: row.created_at,
});
