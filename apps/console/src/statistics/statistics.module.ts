import { Module } from '@nestjs/common';
import { LoadStore } from './load.store.js';
import { QueueQuery } from './queue.query.js';
import { StatisticsController } from './statistics.controller.js';
import { TopSystemsQuery } from './top-systems.query.js';

@Module({
  controllers: [StatisticsController],
  providers: [QueueQuery, LoadStore, TopSystemsQuery],
  exports: [QueueQuery, LoadStore],
})
export class StatisticsModule {}
