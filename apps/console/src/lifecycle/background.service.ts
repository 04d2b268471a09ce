import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@sluice/runtime';
import { ChangeAnnouncer } from '../registry/change-announcer.js';
import { loggerToken } from '../connections/connection-tokens.js';
import { SightingsConsumer } from '../external-systems/sightings.consumer.js';
import { HousekeepingService } from './housekeeping.service.js';
import { RegularTasks } from './regular-tasks.js';

const stopSightingsMs = 2000;

/** What goes on beside requests, once the start is prepared. */
@Injectable()
export class BackgroundService {
  private readonly tasks: RegularTasks;

  constructor(
    private readonly announcer: ChangeAnnouncer,
    private readonly sightings: SightingsConsumer,
    housekeeping: HousekeepingService,
    @Inject(loggerToken) logger: Logger,
  ) {
    this.tasks = new RegularTasks(housekeeping.tasks(), logger);
  }

  start(): void {
    this.announcer.start();
    this.sightings.start();
    this.tasks.start();
  }

  async stop(): Promise<void> {
    this.announcer.stop();
    await this.sightings.stop(stopSightingsMs);
    await this.tasks.stop();
  }

  /** A readiness check. */
  assertTakingSightings(): void {
    if (!this.sightings.isActive) throw new Error('not consuming what gateways report');
  }
}
