import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  preRegistrationSchema,
  systemChangeSchema,
  systemsQuerySchema,
  systemStatisticsQuerySchema,
  type PreRegistration,
  type SystemChange,
  type SystemsQuery,
  type SystemStatisticsRequest,
} from '@sluice/console-api/requests';
import { z } from 'zod';
import { notFound } from '../api/api.errors.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { ExternalSystemQuery } from './external-system.query.js';
import { SystemStatisticsQuery } from './system-statistics.query.js';
import { ExternalSystemService } from './external-system.service.js';

const idSchema = z.uuid();

@ApiTags('external systems')
@Controller('api/external-systems')
export class ExternalSystemsController {
  constructor(
    private readonly query: ExternalSystemQuery,
    private readonly service: ExternalSystemService,
    private readonly statistics: SystemStatisticsQuery,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: systemsQuerySchema }) query: SystemsQuery) {
    return this.query.list(query);
  }

  @Get(':id')
  @AllowReading()
  async show(@Param('id', { schema: idSchema }) id: string) {
    const system = await this.query.show(id);
    if (system === null) throw notFound('external system');
    return system;
  }

  /** What it sent lately, and what became of it. */
  @Get(':id/statistics')
  @AllowReading()
  async countScans(
    @Param('id', { schema: idSchema }) id: string,
    @Query({ schema: systemStatisticsQuerySchema }) { hours }: SystemStatisticsRequest,
  ) {
    const { registrationId } = await this.show(id);
    return this.statistics.count(registrationId, hours);
  }

  @Post()
  @AllowRoles('administrator')
  preRegister(
    @CurrentCaller() caller: Caller,
    @Body({ schema: preRegistrationSchema }) body: PreRegistration,
  ) {
    return this.service.preRegister(caller, body);
  }

  @Patch(':id')
  @AllowRoles('administrator')
  edit(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: systemChangeSchema }) body: SystemChange,
  ) {
    return this.service.edit(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator')
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await this.service.remove(caller, id);
  }
}
