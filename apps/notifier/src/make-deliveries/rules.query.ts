import type { Query } from '@sluice/database';
import { ruleMatchSchema, type RuleMatch } from '@sluice/notifications';

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

interface RuleRow {
  readonly id: string;
  readonly name: string;
  readonly match: unknown;
  readonly digest_minutes: number;
  readonly max_per_hour: number | null;
  readonly channel_id: string;
  readonly channel_name: string;
  readonly created_at: Date;
}

/** Rules whose match this build doesn't understand are left out: a rule must not tell more than was asked. */
export async function readEnabledRules(query: Query): Promise<EnabledRule[]> {
  const { rows } = await query<RuleRow>(
    `SELECT r.id, r.name, r.match, r.digest_minutes, r.max_per_hour, r.channel_id, c.name AS channel_name, r.created_at
     FROM deliveries.rules r JOIN deliveries.channels c ON c.id = r.channel_id
     WHERE r.is_enabled ORDER BY r.created_at, r.id`,
  );
  return rows.flatMap((row) => {
    const match = ruleMatchSchema.safeParse(row.match);
    return match.success ? [toRule(row, match.data)] : [];
  });
}

const toRule = (row: RuleRow, match: RuleMatch): EnabledRule => ({
  id: row.id,
  name: row.name,
  match,
  digestMinutes: row.digest_minutes,
  maxPerHour: row.max_per_hour,
  channelId: row.channel_id,
  channelName: row.channel_name,
  createdAt: row.created_at,
});
