import { Inject, Injectable } from '@nestjs/common';
import { readRow, readRows, type Database } from '@sluice/database';
import { channelKinds, type ChannelKind } from '@sluice/notifications';
import { z } from 'zod';
import { databaseToken } from '../../connections/connection-tokens.js';
import type { Queryable, Transaction } from '../../registry/registry-transaction.js';
import { ChannelSecretEntity } from './channel-secret.entity.js';
import { ChannelEntity } from './channel.entity.js';

const publicKeyRowSchema = z.object({ public_key: z.string(), console_url: z.string() });

/** A channel as it is shown: settings without secrets, and the names of the secrets it has. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  /** `away`: attempts fail one after the other; `pausedUntil` says when the next is made. */
  readonly state: 'unused' | 'working' | 'failing' | 'away';
  readonly failures: number;
  /** When the failures in a row began; null when the last attempt succeeded. */
  readonly failingSince: string | null;
  readonly pausedUntil: string | null;
  readonly lastAnswer: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  /** Messages that wait for it. */
  readonly waiting: number;
  readonly rules: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const channelRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.array(z.string()),
  failures: z.int().nullable(),
  paused_until: z.date().nullable(),
  last_answer: z.string().nullable(),
  last_success_at: z.date().nullable(),
  last_failure_at: z.date().nullable(),
  failing_since: z.date().nullable(),
  waiting: z.int(),
  rules: z.int(),
  created_at: z.date(),
  updated_at: z.date(),
});
type ChannelRow = z.infer<typeof channelRowSchema>;

/** In SQL: how a channel fares stands in tables of the notifier. */
const select = `
  SELECT c.id, c.name, c.kind, c.settings, c.created_at, c.updated_at, h.failures, h.paused_until, h.last_answer,
    h.last_success_at, h.last_failure_at,
    -- What failed first still waits, unless it was refused for good.
    CASE WHEN h.failures > 0 THEN least(h.last_failure_at,
      (SELECT min(d.first_attempt_at) FROM deliveries.deliveries d
       WHERE d.channel_id = c.id AND d.state IN ('waiting', 'gathering')
         AND d.first_attempt_at > coalesce(h.last_success_at, '-infinity'))) END AS failing_since,
    ARRAY(SELECT s.name FROM deliveries.channel_secrets s WHERE s.channel_id = c.id ORDER BY s.name) AS secrets,
    (SELECT count(*) FROM deliveries.rules r WHERE r.channel_id = c.id) AS rules,
    (SELECT count(*) FROM deliveries.deliveries d
     WHERE d.channel_id = c.id AND d.state IN ('waiting', 'gathering')) AS waiting
  FROM deliveries.channels c LEFT JOIN deliveries.channel_health h ON h.channel_id = c.id`;

const failuresUntilAway = 3;

@Injectable()
export class ChannelStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(limit: number, after: string | null): Promise<Channel[]> {
    const answer = await this.database.query(
      `${select} WHERE $2::text IS NULL OR lower(c.name) > $2 ORDER BY lower(c.name) LIMIT $1`,
      [limit, after],
    );
    const rows = readRows(channelRowSchema, answer.rows);
    return rows.map(toChannel);
  }

  async find(tx: Queryable | null, id: string): Promise<Channel | null> {
    const answer = await (tx ?? this.database).query(`${select} WHERE c.id = $1`, [id]);
    const row = readRow(channelRowSchema, answer.rows);
    return row === null ? null : toChannel(row);
  }

  /** Holds the channel until the transaction ends: rules cannot begin to use it meanwhile. */
  async lock(tx: Transaction, id: string): Promise<void> {
    await tx.entities.findOne(ChannelEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async add(tx: Transaction, channel: Pick<Channel, 'id' | 'name' | 'kind' | 'settings'>): Promise<void> {
    await tx.entities.insert(ChannelEntity, channel);
  }

  /** What the channel failed with before says nothing of it any more: all that waits is due. */
  async change(tx: Transaction, channel: Pick<Channel, 'id' | 'name' | 'settings'>): Promise<void> {
    const { id, name, settings } = channel;
    await tx.entities.update(ChannelEntity, id, { name, settings, updatedAt: () => 'clock_timestamp()' });
    await tx.query('DELETE FROM deliveries.channel_health WHERE channel_id = $1', [id]);
    await tx.query(
      `UPDATE deliveries.deliveries SET due_at = queued_at
       WHERE channel_id = $1 AND state = 'waiting' AND lease IS NULL AND due_at > queued_at`,
      [id],
    );
    await tx.query(`SELECT pg_notify('sluice_deliveries', '')`);
  }

  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.query(
      `UPDATE deliveries.deliveries SET state = 'cancelled', lease = NULL, finished_at = clock_timestamp(),
         last_answer = 'the channel was deleted'
       WHERE channel_id = $1 AND state IN ('waiting', 'gathering', 'gathered')`,
      [id],
    );
    await tx.entities.delete(ChannelEntity, id);
  }

  async writeSecret(
    tx: Transaction,
    channelId: string,
    { name, sealed }: { name: string; sealed: string | null },
  ): Promise<void> {
    await tx.entities.delete(ChannelSecretEntity, { channelId, name });
    if (sealed !== null) await tx.entities.insert(ChannelSecretEntity, { channelId, name, sealed });
  }

  /** Null: no notifier has started yet. */
  async sealingKey(): Promise<string | null> {
    return (await this.notifier())?.public_key ?? null;
  }

  /** What links in notifications start with. */
  async consoleUrl(): Promise<string | null> {
    return (await this.notifier())?.console_url ?? null;
  }

  private async notifier(): Promise<z.infer<typeof publicKeyRowSchema> | null> {
    const answer = await this.database.query('SELECT public_key, console_url FROM deliveries.sealing_key');
    return readRow(publicKeyRowSchema, answer.rows);
  }
}

function toChannel(row: ChannelRow): Channel {
  const failures = row.failures ?? 0;
  const hasTried = row.last_success_at !== null || row.last_failure_at !== null;
  const failing = failures >= failuresUntilAway ? 'away' : 'failing';
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: row.settings,
    secrets: row.secrets,
    state: failures > 0 ? failing : hasTried ? 'working' : 'unused',
    failures,
    failingSince: row.failing_since?.toISOString() ?? null,
    pausedUntil: row.paused_until?.toISOString() ?? null,
    lastAnswer: row.last_answer,
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    lastFailureAt: row.last_failure_at?.toISOString() ?? null,
    waiting: row.waiting,
    rules: row.rules,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
