import { Module } from '@nestjs/common';
import { EventStreams } from './event-streams.service.js';
import { EventsController } from './events.controller.js';
import { LiveStateQuery } from './live-state.query.js';

@Module({
  controllers: [EventsController],
  providers: [EventStreams, LiveStateQuery],
})
export class EventsModule {}
