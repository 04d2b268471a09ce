import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  quarantineDeletionSchema,
  quarantineQuerySchema,
  releaseRequestSchema,
  type QuarantineDeletion,
  type QuarantineQuery as ListQuery,
  type ReleaseRequest,
} from '@sluice/console-api/requests';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { QuarantineQuery } from './quarantine.query.js';
import { ReleaseService } from './release.service.js';

@ApiTags('quarantine')
@Controller('api/quarantine')
export class QuarantineController {
  constructor(
    private readonly quarantine: QuarantineQuery,
    private readonly releases: ReleaseService,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: quarantineQuerySchema }) query: ListQuery) {
    return this.quarantine.list(query);
  }

  /** Mail leaves over SMTP soon after; how that went stands in the list. */
  @Post('release')
  @HttpCode(200)
  @AllowRoles('administrator', 'security-officer')
  release(@CurrentCaller() caller: Caller, @Body({ schema: releaseRequestSchema }) request: ReleaseRequest) {
    return this.releases.release(caller, request);
  }

  @Post('delete')
  @HttpCode(200)
  @AllowRoles('administrator', 'security-officer')
  delete(
    @CurrentCaller() caller: Caller,
    @Body({ schema: quarantineDeletionSchema }) request: QuarantineDeletion,
  ) {
    return this.releases.delete(caller, request);
  }
}
