import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  acceptanceSchema,
  rejectionSchema,
  type Acceptance,
  type Rejection,
} from '@sluice/console-api/requests';
import { z } from 'zod';
import { AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { AcceptanceService } from './acceptance.service.js';

const idSchema = z.uuid();

@ApiTags('external systems')
@Controller('api/external-systems')
export class AcceptanceController {
  constructor(private readonly service: AcceptanceService) {}

  @Post(':id/accept')
  @HttpCode(200)
  @AllowRoles('administrator')
  accept(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: acceptanceSchema }) body: Acceptance,
  ) {
    return this.service.accept(caller, id, body);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @AllowRoles('administrator')
  reject(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: rejectionSchema }) body: Rejection,
  ) {
    return this.service.reject(caller, id, body);
  }
}
