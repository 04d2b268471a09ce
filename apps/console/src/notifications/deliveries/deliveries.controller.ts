import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { deliveriesQuerySchema, type DeliveriesQuery } from '@sluice/console-api/requests';
import { z } from 'zod';
import { notFound } from '../../api/api.errors.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../../api/caller.js';
import { DeliveryQuery } from './delivery.query.js';
import { ReplayService } from './replay.service.js';

const idSchema = z.uuid();

@ApiTags('notifications')
@Controller('api/notification-deliveries')
export class NotificationDeliveriesController {
  constructor(
    private readonly deliveries: DeliveryQuery,
    private readonly replays: ReplayService,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: deliveriesQuerySchema }) query: DeliveriesQuery) {
    return this.deliveries.list(query);
  }

  @Get(':id')
  @AllowReading()
  async show(@Param('id', { schema: idSchema }) id: string) {
    const delivery = await this.deliveries.show(id);
    if (delivery === null) throw notFound('delivery');
    return delivery;
  }

  @Post(':id/replay')
  @HttpCode(202)
  @AllowRoles('administrator', 'security-officer')
  async replay(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await this.replays.replay(caller, id);
    return { id };
  }
}
