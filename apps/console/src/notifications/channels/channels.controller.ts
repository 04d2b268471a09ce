import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  channelChangeSchema,
  channelTestSchema,
  listQuerySchema,
  newChannelSchema,
  type ChannelChange,
  type ChannelTestBody,
  type NewChannel,
} from '@sluice/console-api/requests';
import { z } from 'zod';
import { badRequest } from '../../api/api.errors.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../../api/caller.js';
import { readCursor, toPage } from '../../lists/list-page.js';
import { ChannelTestService } from './channel-test.service.js';
import { ChannelService } from './channel.service.js';
import { ChannelStore } from './channel.store.js';

const idSchema = z.uuid();

@ApiTags('notifications')
@Controller('api/notification-channels')
export class NotificationChannelsController {
  constructor(
    private readonly store: ChannelStore,
    private readonly service: ChannelService,
    private readonly tests: ChannelTestService,
  ) {}

  @Get()
  @AllowReading()
  async list(@Query({ schema: listQuerySchema }) query: z.infer<typeof listQuerySchema>) {
    const after = readCursor(query.cursor, z.tuple([z.string().max(256)]))?.[0] ?? null;
    const channels = await this.store.list(query.limit + 1, after);
    return toPage(channels, query.limit, { item: (one) => one, keys: (one) => [one.name.toLowerCase()] });
  }

  @Get(':id')
  @AllowReading()
  show(@Param('id', { schema: idSchema }) id: string) {
    return this.service.require(null, id);
  }

  @Post()
  @AllowRoles('administrator')
  add(@CurrentCaller() caller: Caller, @Body({ schema: newChannelSchema }) body: NewChannel) {
    return this.service.add(caller, body);
  }

  @Patch(':id')
  @AllowRoles('administrator')
  change(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: channelChangeSchema }) body: ChannelChange,
  ) {
    return this.service.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator')
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await this.service.remove(caller, id);
  }

  /** Answers what the receiver answered; 200 also when it refused. */
  @Post(':id/test')
  @HttpCode(200)
  @AllowRoles('administrator')
  async test(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: channelTestSchema }) body: ChannelTestBody,
  ) {
    const channel = await this.service.require(null, id);
    if (channel.kind !== 'smtp' && body.to !== undefined)
      throw badRequest('only mail has recipients', { to: 'only for channels of kind smtp' });
    const to = channel.kind === 'smtp' ? (body.to ?? [String(channel.settings['from'])]) : [];
    return this.tests.run(caller, channel, to);
  }
}
