import { Injectable } from '@nestjs/common';
import { readRow } from '@sluice/database';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { conflict, notFound } from '../../api/api.errors.js';
import type { Caller } from '../../api/caller.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { inTransaction, type Queryable } from '../../registry/registry-transaction.js';

const replayRowSchema = z.object({
  kind: z.string(),
  state: z.string(),
  channel_name: z.string(),
  has_channel: z.boolean(),
  has_rule: z.boolean(),
  is_being_sent: z.boolean(),
});
type ReplayRow = z.infer<typeof replayRowSchema>;

/**
 * Sends again what was delivered, given up or cancelled, to the channel and recipients the rule has now, under the same
 * event id. Part of a digest becomes a message of its own. What waits already is due at once. In SQL: deliveries are the
 * notifier's.
 */
@Injectable()
export class ReplayService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditStore,
  ) {}

  async replay(caller: Caller, id: string): Promise<void> {
    await inTransaction(this.dataSource, async (tx) => {
      const before = await this.read(tx, id);
      if (before === null) throw notFound('delivery');
      if (before.kind === 'test') throw conflict('a test is not sent again; make a new one');
      if (!before.has_channel) throw conflict('the channel was deleted');
      if (!before.has_rule) throw conflict('the rule is switched off or was deleted');
      if (before.state === 'gathering') throw conflict('it still gathers events and goes out by itself');
      if (before.is_being_sent) throw conflict('it is being sent right now');
      await tx.query(
        `UPDATE deliveries.deliveries d SET state = 'waiting', part_of = NULL, attempts = 0, first_attempt_at = NULL,
           finished_at = NULL, queued_at = clock_timestamp(), due_at = clock_timestamp(),
           channel_id = r.channel_id, channel_name = c.name, rule_name = r.name
         FROM deliveries.rules r JOIN deliveries.channels c ON c.id = r.channel_id
         WHERE d.id = $1 AND d.lease IS NULL AND r.id = d.rule_id`,
        [id],
      );
      await this.audit.record(tx, {
        actor: actorOf(caller),
        action: 'notification-delivery.replay',
        target: id,
        before: { state: before.state, channel: before.channel_name },
      });
    });
  }

  private async read(tx: Queryable, id: string): Promise<ReplayRow | null> {
    const answer = await tx.query(
      `SELECT d.kind, d.state, d.channel_name, c.id IS NOT NULL AS has_channel, r.id IS NOT NULL AS has_rule,
         d.lease IS NOT NULL AS is_being_sent
       FROM deliveries.deliveries d
       LEFT JOIN deliveries.rules r ON r.id = d.rule_id AND r.is_enabled
       LEFT JOIN deliveries.channels c ON c.id = coalesce(r.channel_id, d.channel_id)
       WHERE d.id = $1 FOR UPDATE OF d`,
      [id],
    );
    return readRow(replayRowSchema, answer.rows);
  }
}
