import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@sluice/database';
import type { Rule } from '@sluice/notifications';
import { databaseToken } from '../../connections/connection-tokens.js';
import type { Queryable } from '../../registry/registry-transaction.js';

export interface StoredRule extends Rule {
  readonly id: string;
  readonly channelName: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface RuleRow {
  readonly id: string;
  readonly name: string;
  readonly is_enabled: boolean;
  readonly channel_id: string;
  readonly channel_name: string;
  readonly recipients: string[];
  readonly subject: string | null;
  readonly match: Rule['match'];
  readonly digest_minutes: number;
  readonly max_per_hour: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const select = `
  SELECT r.id, r.name, r.is_enabled, r.channel_id, c.name AS channel_name, r.recipients, r.subject, r.match,
    r.digest_minutes, r.max_per_hour, r.created_at, r.updated_at
  FROM deliveries.rules r JOIN deliveries.channels c ON c.id = r.channel_id`;

@Injectable()
export class RuleStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(limit: number, after: string | null): Promise<StoredRule[]> {
    const { rows } = await this.database.query<RuleRow>(
      `${select} WHERE $2::text IS NULL OR lower(r.name) > $2 ORDER BY lower(r.name) LIMIT $1`,
      [limit, after],
    );
    return rows.map(toRule);
  }

  async find(tx: Queryable | null, id: string): Promise<StoredRule | null> {
    const { rows } = await (tx ?? this.database).query<RuleRow>(`${select} WHERE r.id = $1`, [id]);
    return rows[0] === undefined ? null : toRule(rows[0]);
  }

  /** Holds the rule until the transaction ends, so that two changes don't undo each other. */
  async lock(tx: Queryable, id: string): Promise<void> {
    await tx.query('SELECT FROM deliveries.rules WHERE id = $1 FOR UPDATE', [id]);
  }

  async write(tx: Queryable, id: string, rule: Rule): Promise<void> {
    await tx.query(
      `INSERT INTO deliveries.rules
         (id, name, is_enabled, channel_id, recipients, subject, match, digest_minutes, max_per_hour)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_enabled = excluded.is_enabled,
         channel_id = excluded.channel_id, recipients = excluded.recipients, subject = excluded.subject,
         match = excluded.match, digest_minutes = excluded.digest_minutes, max_per_hour = excluded.max_per_hour,
         updated_at = clock_timestamp()`,
      [
        ...[id, rule.name, rule.enabled, rule.channelId, rule.to, rule.subject, JSON.stringify(rule.match)],
        ...[rule.digestMinutes, rule.maxPerHour],
      ],
    );
  }

  async remove(tx: Queryable, id: string): Promise<void> {
    await tx.query('DELETE FROM deliveries.rules WHERE id = $1', [id]);
  }

  /** An operator who stops a rule wants silence, also of what it has told already but not sent. */
  async cancelDeliveries(tx: Queryable, id: string, reason: string): Promise<void> {
    await tx.query(
      `UPDATE deliveries.deliveries SET state = 'cancelled', lease = NULL, finished_at = clock_timestamp(), last_answer = $2
       WHERE rule_id = $1 AND state IN ('waiting', 'gathering', 'gathered')`,
      [id, reason],
    );
  }
}

const toRule = (row: RuleRow): StoredRule => ({
  id: row.id,
  name: row.name,
  enabled: row.is_enabled,
  channelId: row.channel_id,
  channelName: row.channel_name,
  to: row.recipients,
  subject: row.subject,
  match: row.match,
  digestMinutes: row.digest_minutes,
  maxPerHour: row.max_per_hour,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
