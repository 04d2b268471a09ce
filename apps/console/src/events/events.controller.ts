import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import { eventsQuerySchema, type EventsQuery } from '@sluice/console-api/requests';
import { unavailable } from '../api/api.errors.js';
import { AllowReading, CurrentCaller, type Caller } from '../api/caller.js';
import { EventStreams } from './event-streams.service.js';
import { LiveStateQuery } from './live-state.query.js';

@ApiTags('events')
@Controller('api/events')
export class EventsController {
  constructor(
    private readonly streams: EventStreams,
    private readonly state: LiveStateQuery,
  ) {}

  /** `event: state` with counts and revisions, at once and whenever one of them changes. */
  @Get()
  @AllowReading()
  @ApiOperation({ summary: 'Server-sent events: what changed, so that lists are read again' })
  @ApiProduces('text/event-stream')
  async open(
    @Query({ schema: eventsQuerySchema }) query: EventsQuery,
    @Res() response: ServerResponse,
    @CurrentCaller() caller: Caller,
  ) {
    if (query.once) {
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify(await this.state.read()));
      return;
    }
    if (this.streams.isFullFor(caller)) throw unavailable('too many pages follow the events of this console');
    this.streams.open(response, caller);
  }
}
