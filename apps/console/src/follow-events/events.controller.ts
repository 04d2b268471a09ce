import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { ServerResponse } from 'node:http';
import { unavailable } from '../answer-errors/api.errors.js';
import { AllowReading } from '../guard-access/caller.js';
import { EventStreams } from './event-streams.service.js';

@ApiTags('events')
@Controller('api/events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  /** `event: state` with counts and revisions, at once and whenever one of them changes. */
  @Get()
  @AllowReading()
  @ApiOperation({ summary: 'Server-sent events: what changed, so that lists are read again' })
  @ApiProduces('text/event-stream')
  open(@Res() response: ServerResponse): void {
    if (this.streams.isFull) throw unavailable('too many pages follow the events of this console');
    this.streams.open(response);
  }
}
