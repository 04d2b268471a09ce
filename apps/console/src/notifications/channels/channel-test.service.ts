import { Inject, Injectable } from '@nestjs/common';
import { readRow, type Database } from '@sluice/database';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { databaseToken } from '../../connections/connection-tokens.js';
import type { Caller } from '../../api/caller.js';
import { actorOf, AuditStore } from '../../audit/audit.store.js';
import { inTransaction } from '../../registry/registry-transaction.js';
import type { Channel } from './channel.store.js';

export interface ChannelTest {
  readonly deliveryId: string;
  readonly outcome: 'delivered' | 'failed';
  /** What the receiver said, or why it was not reached. */
  readonly answer: string;
}

const testRowSchema = z.object({
  state: z.string(),
  last_answer: z.string().nullable(),
  attempts: z.int(),
});

/** An attempt takes up to 30 s; the notifier takes a test within a second. */
const waitMs = 36_000;
const takenWithinMs = 10_000;
const lookEveryMs = 100;

/** A test is a delivery like others, sent by the notifier at once and tried once. */
@Injectable()
export class ChannelTestService {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly dataSource: DataSource,
    private readonly audit: AuditStore,
  ) {}

  async run(caller: Caller, channel: Channel, to: readonly string[]): Promise<ChannelTest> {
    const deliveryId = randomUUID();
    await inTransaction(this.dataSource, async (tx) => {
      await tx.query(
        `INSERT INTO deliveries.deliveries (id, kind, state, channel_id, channel_name, operator, recipients, due_at)
         VALUES ($1, 'test', 'waiting', $2, $3, $4, $5, clock_timestamp())`,
        [deliveryId, channel.id, channel.name, caller.name, to],
      );
      await this.audit.record(tx, {
        actor: actorOf(caller),
        action: 'notification-channel.test',
        target: channel.name,
        after: { deliveryId, to },
      });
    });
    return { deliveryId, ...(await this.wait(deliveryId)) };
  }

  private async wait(id: string): Promise<Omit<ChannelTest, 'deliveryId'>> {
    for (let waitedMs = 0; waitedMs < waitMs; waitedMs += lookEveryMs) {
      const answer = await this.database.query(
        'SELECT state, last_answer, attempts FROM deliveries.deliveries WHERE id = $1',
        [id],
      );
      const row = readRow(testRowSchema, answer.rows);

      if (row === null) break;
      if (row.state !== 'waiting')
        return { outcome: row.state === 'delivered' ? 'delivered' : 'failed', answer: row.last_answer ?? '' };
      if (row.attempts === 0 && waitedMs >= takenWithinMs) break;
      await pause(lookEveryMs);
    }
    return this.giveUp(id);
  }

  /** So that it isn't sent an hour later, when no one waits for it any more. */
  private async giveUp(id: string): Promise<Omit<ChannelTest, 'deliveryId'>> {
    const answer = 'the notifier did not take the test: does it run?';
    await this.database.query(
      `UPDATE deliveries.deliveries SET state = 'cancelled', lease = NULL, finished_at = clock_timestamp(), last_answer = $2
       WHERE id = $1 AND state = 'waiting'`,
      [id, answer],
    );
    return { outcome: 'failed', answer };
  }
}
