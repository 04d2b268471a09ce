import type { MigrationInterface, QueryRunner } from 'typeorm';
import { cannotGoBack } from '../cannot-go-back.js';
import { outbox } from './deliveries/outbox.js';
import { channelTables, deliveryTables } from './deliveries/tables.js';
import { deliveryViews } from './deliveries/views.js';

/** Schema `deliveries`, owned by `notifier`: channels, rules, what was told to whom; and the ledger's outbox. */
export class Deliveries implements MigrationInterface {
  readonly name = 'deliveries1763700000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [outbox, channelTables, deliveryTables, deliveryViews])
      await runner.query(statement);
  }

  down(): Promise<void> {
    return cannotGoBack(this.name);
  }
}
