import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ExternalSystemsModule } from '../external-systems/external-systems.module.js';
import { HealthModule } from '../health/health.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { RegistryModule } from '../registry/registry.module.js';
import { SessionModule } from '../session/session.module.js';
import { SettingsModule } from '../settings/settings.module.js';
import { StatisticsModule } from '../statistics/statistics.module.js';
import { BackgroundService } from './background.service.js';
import { AccessStores, HousekeepingService } from './housekeeping.service.js';
import { PreparationService } from './preparation.service.js';

/** What the process itself does: prepares its start, works in the background, clears away what has expired. */
@Module({
  imports: [
    AuditModule,
    ExternalSystemsModule,
    HealthModule,
    StatisticsModule,
    OperatorsModule,
    QuarantineModule,
    RegistryModule,
    SessionModule,
    SettingsModule,
  ],
  providers: [AccessStores, HousekeepingService, PreparationService, BackgroundService],
})
export class LifecycleModule {}
