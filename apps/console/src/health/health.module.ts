import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/instances.module.js';
import { StatisticsModule } from '../statistics/statistics.module.js';
import { HealthController } from './health.controller.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { CauseHistoryStore } from './cause-history.store.js';
import { HealthService } from './health.service.js';
import { SituationQuery } from './situation.query.js';
import { StoreSpaceQuery } from './store-space.query.js';
import { ServerController } from './server.controller.js';

@Module({
  imports: [InstancesModule, NotificationsModule, StatisticsModule],
  controllers: [HealthController, ServerController],
  providers: [StoreSpaceQuery, SituationQuery, CauseHistoryStore, HealthService],
  exports: [HealthService, CauseHistoryStore],
})
export class HealthModule {}
