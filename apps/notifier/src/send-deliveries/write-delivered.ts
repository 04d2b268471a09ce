import type { Database } from '@sluice/database';
import type { Claimed } from './claim.query.js';
import { finishDelivered, type Delivered } from './finish.query.js';

interface Waiting extends Delivered {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes down what was delivered: while one transaction is on its way the next gather, and share a commit. */
export class WriteDelivered {
  private waiting: Waiting[] = [];
  private isWriting = false;

  constructor(private readonly database: Database) {}

  write(claimed: Claimed, answer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ claimed, answer, resolve, reject });
      void this.drain();
    });
  }

  /** Never rejects. */
  private async drain(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.waiting.length > 0) await this.writeAll(this.waiting.splice(0));
    this.isWriting = false;
  }

  private async writeAll(batch: readonly Waiting[]): Promise<void> {
    try {
      await finishDelivered(this.database, batch);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      // One that the database does not take must not have the others sent again.
      if (batch.length > 1) for (const one of batch) await this.writeAll([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
