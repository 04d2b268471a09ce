import { Module, type DynamicModule } from '@nestjs/common';
import { ReadinessModule } from '@sluice/runtime';
import { AlertsModule } from './alerts/alerts.module.js';
import { ApiModule } from './api/api.module.js';
import { AuditModule } from './audit/audit.module.js';
import { EventsModule } from './events/events.module.js';
import { ExternalSystemsModule } from './external-systems/external-systems.module.js';
import { FailedJobsModule } from './failed-jobs/failed-jobs.module.js';
import { HealthModule } from './health/health.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OperatorsModule } from './operators/operators.module.js';
import { QuarantineModule } from './quarantine/quarantine.module.js';
import { ScansModule } from './scans/scans.module.js';
import { SessionModule } from './session/session.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { ConnectionsModule, type ConsoleConnections } from './connections/connections.module.js';

export interface ConsoleDependencies extends ConsoleConnections {
  /** Folder of the built pages; without it only the API is served. */
  readonly pagesFolder?: string;
}

/** One module per noun that operators know; the order says nothing. */
const features = [
  AlertsModule,
  ApiModule,
  AuditModule,
  EventsModule,
  ExternalSystemsModule,
  FailedJobsModule,
  HealthModule,
  LifecycleModule,
  NotificationsModule,
  OperatorsModule,
  QuarantineModule,
  ScansModule,
  SessionModule,
  SettingsModule,
];

@Module({})
export class ConsoleModule {
  static with(dependencies: ConsoleDependencies): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [ReadinessModule, ConnectionsModule.with(dependencies), ...features],
    };
  }
}
