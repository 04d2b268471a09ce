import { OperatorsModule } from '../operators/operators.module.js';
import { SessionModule } from '../session/session.module.js';
import { Module } from '@nestjs/common';
import { EventStreams } from './event-streams.service.js';
import { EventsController } from './events.controller.js';
import { LiveStateQuery } from './live-state.query.js';

@Module({
  imports: [SessionModule, OperatorsModule],
  controllers: [EventsController],
  providers: [EventStreams, LiveStateQuery],
})
export class EventsModule {}
