import { type Database, WriteTogether } from '@sluice/database';
import type { Claimed } from './claim.query.js';
import { finishDelivered, type Delivered } from './finish.query.js';

/** Writes down what was delivered: several share a transaction. */
export class WriteDelivered {
  private readonly together: WriteTogether<Delivered, void>;

  constructor(database: Database) {
    this.together = new WriteTogether<Delivered, void>(async (batch) => {
      await finishDelivered(database, batch);
      return () => undefined;
    });
  }

  write(claimed: Claimed, answer: string): Promise<void> {
    return this.together.write({ claimed, answer });
  }
}
