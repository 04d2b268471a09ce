import { Inject, Injectable } from '@nestjs/common';
import type { Broker, Consumer, Delivery, Disposition } from '@sluice/broker';
import { queues, sightingSchema, type Sighting } from '@sluice/contracts';
import { DatabaseError } from '@sluice/database';
import type { Logger } from '@sluice/runtime';
import { brokerToken, loggerToken } from '../connections/connection-tokens.js';
import { SightingStore } from './sighting.store.js';

const maxBatch = 200;

/**
 * Takes what gateways saw, as many at once as are there.
 *
 * | message                    | becomes     |
 * |----------------------------|-------------|
 * | recorded, or not needed    | ack         |
 * | unreadable                 | dead-letter (the queue has none: dropped) |
 * | the database is away       | ack: the caller's next request makes it again, and a queue of old ones helps no one |
 */
@Injectable()
export class SightingsConsumer {
  private consumer: Consumer | undefined;
  private waiting: { sighting: Sighting; done: () => void }[] = [];
  private isWorking = false;

  constructor(
    @Inject(brokerToken) private readonly broker: Pick<Broker, 'consume'>,
    @Inject(loggerToken) private readonly logger: Logger,
    private readonly store: SightingStore,
  ) {}

  start(): void {
    this.consumer = this.broker.consume({
      queue: queues.sightings,
      prefetch: 2 * maxBatch,
      onMessage: (delivery) => this.take(delivery),
    });
  }

  get isActive(): boolean {
    return this.consumer?.isActive ?? false;
  }

  async stop(deadlineMs: number): Promise<void> {
    await this.consumer?.stop(deadlineMs);
  }

  async take(delivery: Pick<Delivery, 'content'>): Promise<Disposition> {
    const parsed = sightingSchema.safeParse(delivery.content);
    if (!parsed.success) {
      this.logger.warn({ issue: parsed.error.issues[0]?.message }, 'unreadable sighting dropped');
      return 'dead-letter';
    }
    await new Promise<void>((done) => {
      this.waiting.push({ sighting: parsed.data, done });
      void this.work();
    });
    return 'ack';
  }

  private async work(): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    // Those that arrived together form the first batch; those that come while it commits, the next.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, maxBatch);
      await this.record(batch.map((one) => one.sighting));
      for (const one of batch) one.done();
    }
    this.isWorking = false;
  }

  private async record(sightings: readonly Sighting[]): Promise<void> {
    try {
      await this.store.record(sightings);
    } catch (err) {
      // What one caller's certificate says must not cost the others their requests.
      const isData = err instanceof DatabaseError && err.kind === 'data';
      if (isData && sightings.length > 1) for (const one of sightings) await this.record([one]);
      else this.logger.warn({ err, count: sightings.length }, 'sightings not recorded');
    }
  }
}
