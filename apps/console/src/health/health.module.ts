import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/instances.module.js';
import { HealthController } from './health.controller.js';
import { QueueQuery } from './queue.query.js';
import { ServerController } from './server.controller.js';
import { StatisticsController } from './statistics.controller.js';

@Module({
  imports: [InstancesModule],
  controllers: [HealthController, ServerController, StatisticsController],
  providers: [QueueQuery],
})
export class HealthModule {}
