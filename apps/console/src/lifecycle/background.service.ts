import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@sluice/runtime';
import { PeriodicWork } from '@sluice/timing';
import { ChangeAnnouncer } from '../registry/change-announcer.js';
import { loggerToken } from '../connections/connection-tokens.js';
import { SightingsConsumer } from '../external-systems/sightings.consumer.js';
import { HousekeepingService } from './housekeeping.service.js';

const stopSightingsMs = 2000;

/** What goes on beside requests, once the start is prepared. */
@Injectable()
export class BackgroundService {
  private readonly tasks: readonly { readonly intervalMs: number; readonly work: PeriodicWork }[];

  constructor(
    private readonly announcer: ChangeAnnouncer,
    private readonly sightings: SightingsConsumer,
    housekeeping: HousekeepingService,
    @Inject(loggerToken) logger: Logger,
  ) {
    this.tasks = housekeeping.tasks().map(({ name, intervalMs, run }) => ({
      intervalMs,
      work: new PeriodicWork({
        run,
        intervalMs,
        onFailure: (err) => logger.warn({ err, task: name }, 'regular task failed'),
      }),
    }));
  }

  start(): void {
    this.announcer.start();
    this.sightings.start();
    for (const { work, intervalMs } of this.tasks) work.start(intervalMs);
  }

  async stop(): Promise<void> {
    await this.announcer.stop();
    await this.sightings.stop(stopSightingsMs);
    // Those that run end soon: the database's time-outs bound them.
    await Promise.all(this.tasks.map(({ work }) => work.stop()));
  }

  /** A readiness check. */
  assertTakingSightings(): void {
    if (!this.sightings.isActive) throw new Error('not consuming what gateways report');
  }
}
