import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { historyQuerySchema, type HistoryQuery } from '@sluice/console-api/requests';
import { AllowReading } from '../api/caller.js';
import { CauseHistoryStore } from './cause-history.store.js';
import { HealthService } from './health.service.js';

@ApiTags('health')
@Controller('api/health')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly history: CauseHistoryStore,
  ) {}

  /** `status` follows from the causes: reminders alone leave it `ok`. */
  @Get()
  @AllowReading()
  show() {
    return this.health.show();
  }

  /** Causes that were there in a time, those that last included; the newest first. */
  @Get('history')
  @AllowReading()
  list(@Query({ schema: historyQuerySchema }) query: HistoryQuery) {
    return this.history.list(query);
  }
}
