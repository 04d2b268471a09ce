import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/instances.module.js';
import { HealthController } from './health.controller.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { CauseHistoryStore } from './cause-history.store.js';
import { HealthService } from './health.service.js';
import { QueueQuery } from './queue.query.js';
import { SituationQuery } from './situation.query.js';
import { StoreSpaceQuery } from './store-space.query.js';
import { ServerController } from './server.controller.js';
import { StatisticsController } from './statistics.controller.js';

@Module({
  imports: [InstancesModule, NotificationsModule],
  controllers: [HealthController, ServerController, StatisticsController],
  providers: [QueueQuery, StoreSpaceQuery, SituationQuery, CauseHistoryStore, HealthService],
  exports: [HealthService, CauseHistoryStore],
})
export class HealthModule {}
