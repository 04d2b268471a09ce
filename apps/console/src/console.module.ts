import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { Broker } from '@sluice/broker';
import type { Database } from '@sluice/database';
import type { RpcClient } from '@sluice/rpc';
import type { Logger } from '@sluice/runtime';
import { AcceptanceController } from './accept-external-system/acceptance.controller.js';
import { AcceptanceService } from './accept-external-system/acceptance.service.js';
import { ChangeAnnouncer } from './announce-changes/change-announcer.js';
import { ApiErrorFilter } from './answer-errors/api-error-filter.js';
import { inputPipe } from './answer-errors/input-pipe.js';
import { LedgerChanges } from './ask-ledger.js';
import { SettingsController } from './change-settings/settings.controller.js';
import { SettingsService } from './change-settings/settings.service.js';
import type { ConsoleConfig } from './console.config.js';
import {
  brokerToken,
  configToken,
  databaseToken,
  loggerToken,
  resolverToken,
  rpcToken,
} from './dependencies.js';
import { AlertViewStore } from './keep-alert-views/alert-view.store.js';
import { AlertViewsController } from './keep-alert-views/alert-views.controller.js';
import { SecondFactorController } from './use-second-factor/second-factor.controller.js';
import { SecondFactorService } from './use-second-factor/second-factor.service.js';
import { SecondFactorStore } from './use-second-factor/second-factor.store.js';
import { ObjectDownloadController } from './download-object/object-download.controller.js';
import { ObjectDownloadService } from './download-object/object-download.service.js';
import { LandingController } from './document-api/landing.controller.js';
import { EventsController } from './follow-events/events.controller.js';
import { EventStreams } from './follow-events/event-streams.service.js';
import { LiveStateQuery } from './follow-events/live-state.query.js';
import { AccessGuard } from './guard-access/access-guard.js';
import { AlertQuery } from './handle-alerts/alert.query.js';
import { AlertExportController } from './handle-alerts/alert-export.controller.js';
import { AlertBulkChangeService } from './handle-alerts/alert-bulk-change.service.js';
import { AlertCountController, AlertsController } from './handle-alerts/alerts.controller.js';
import { FailedJobQuery } from './handle-failed-jobs/failed-job.query.js';
import { FailedJobsController } from './handle-failed-jobs/failed-jobs.controller.js';
import { NotificationDeliveriesController } from './list-deliveries/deliveries.controller.js';
import { DeliveryQuery } from './list-deliveries/delivery.query.js';
import { ReplayService } from './list-deliveries/replay.service.js';
import { ScanQuery } from './list-scans/scan.query.js';
import { ScansController } from './list-scans/scans.controller.js';
import { FirstAdministratorService } from './make-first-administrator/first-administrator.service.js';
import { FirstPasswordFile } from './make-first-administrator/first-password-file.js';
import { ExternalSystemQuery } from './manage-external-systems/external-system.query.js';
import { ExternalSystemService } from './manage-external-systems/external-system.service.js';
import { ExternalSystemsController } from './manage-external-systems/external-systems.controller.js';
import { ChannelTestService } from './manage-notification-channels/channel-test.service.js';
import { ChannelService } from './manage-notification-channels/channel.service.js';
import { ChannelStore } from './manage-notification-channels/channel.store.js';
import { NotificationChannelsController } from './manage-notification-channels/channels.controller.js';
import { RulePreviewService } from './manage-notification-rules/rule-preview.service.js';
import { RuleService } from './manage-notification-rules/rule.service.js';
import { RuleStore } from './manage-notification-rules/rule.store.js';
import { NotificationRulesController } from './manage-notification-rules/rules.controller.js';
import { OperatorService } from './manage-operators/operator.service.js';
import { OperatorStore } from './manage-operators/operator.store.js';
import { OperatorsController } from './manage-operators/operators.controller.js';
import { LocalTokenService } from './manage-tokens/local-token.service.js';
import { TokenStore } from './manage-tokens/token.store.js';
import { TokensController } from './manage-tokens/tokens.controller.js';
import { PreparationService } from './prepare-start/preparation.service.js';
import { AuditController } from './record-audit/audit.controller.js';
import { AuditStore } from './record-audit/audit.store.js';
import { HostNameService, type HostNameResolver } from './resolve-host-names/host-name.service.js';
import { BackgroundService } from './run-regularly/background.service.js';
import { AccessStores, HousekeepingService } from './run-regularly/housekeeping.service.js';
import { HealthController } from './show-health/health.controller.js';
import { InstanceQuery } from './show-health/instance.query.js';
import { QueueQuery } from './show-health/queue.query.js';
import { ServerController } from './show-server/server.controller.js';
import { StatisticsController } from './show-statistics/statistics.controller.js';
import { OwnPasswordService } from './sign-in/own-password.service.js';
import { PasswordQueue } from './sign-in/password-queue.js';
import { SessionCookie } from './sign-in/session-cookie.js';
import { SessionController } from './sign-in/session.controller.js';
import { SessionStore } from './sign-in/session.store.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { ThrottleStore } from './sign-in/throttle.store.js';
import { SightingStore } from './take-sightings/sighting.store.js';
import { SightingsConsumer } from './take-sightings/sightings.consumer.js';

export interface ConsoleDependencies {
  readonly config: ConsoleConfig;
  readonly database: Database;
  readonly broker: Pick<Broker, 'publish' | 'consume'>;
  readonly rpc: Pick<RpcClient, 'ask'>;
  readonly logger: Logger;
  readonly resolver: HostNameResolver;
  /** Folder of the built pages; without it only the API is served. */
  readonly pagesFolder?: string;
}

const controllers = [
  SessionController,
  SecondFactorController,
  ServerController,
  AcceptanceController,
  ExternalSystemsController,
  SettingsController,
  AlertsController,
  AlertCountController,
  AlertExportController,
  ObjectDownloadController,
  AlertViewsController,
  ScansController,
  FailedJobsController,
  HealthController,
  StatisticsController,
  OperatorsController,
  TokensController,
  AuditController,
  NotificationChannelsController,
  NotificationRulesController,
  NotificationDeliveriesController,
  EventsController,
  LandingController,
];

const access: Provider[] = [
  SessionCookie,
  SessionStore,
  ThrottleStore,
  SignInService,
  OwnPasswordService,
  SecondFactorStore,
  SecondFactorService,
  { provide: PasswordQueue, useFactory: () => new PasswordQueue() },
  OperatorStore,
  OperatorService,
  TokenStore,
  LocalTokenService,
  FirstPasswordFile,
  FirstAdministratorService,
  AuditStore,
  AccessStores,
];

const registry: Provider[] = [
  ChangeAnnouncer,
  ExternalSystemQuery,
  ExternalSystemService,
  AcceptanceService,
  SightingStore,
  SightingsConsumer,
  HostNameService,
  SettingsService,
  HousekeepingService,
  PreparationService,
  BackgroundService,
];

const notifications: Provider[] = [
  ChannelStore,
  ChannelService,
  ChannelTestService,
  RuleStore,
  RuleService,
  RulePreviewService,
  DeliveryQuery,
  ReplayService,
];

const ledger: Provider[] = [
  AlertViewStore,
  ObjectDownloadService,
  LiveStateQuery,
  EventStreams,
  LedgerChanges,
  AlertQuery,
  AlertBulkChangeService,
  ScanQuery,
  FailedJobQuery,
  InstanceQuery,
  QueueQuery,
];

const edge: Provider[] = [
  { provide: APP_GUARD, useClass: AccessGuard },
  { provide: APP_FILTER, useClass: ApiErrorFilter },
  { provide: APP_PIPE, useFactory: inputPipe },
];

@Module({})
export class ConsoleModule {
  static with(dependencies: ConsoleDependencies): DynamicModule {
    const { config, database, broker, rpc, logger, resolver } = dependencies;
    const given: Provider[] = [
      { provide: configToken, useValue: config },
      { provide: databaseToken, useValue: database },
      { provide: brokerToken, useValue: broker },
      { provide: rpcToken, useValue: rpc },
      { provide: loggerToken, useValue: logger },
      { provide: resolverToken, useValue: resolver },
    ];
    return {
      module: ConsoleModule,
      controllers,
      providers: [...given, ...access, ...registry, ...ledger, ...notifications, ...edge],
    };
  }
}
