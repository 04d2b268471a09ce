import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  heldRefusalSchema,
  mailPreviewRequestSchema,
  quarantineDeletionSchema,
  quarantineQuerySchema,
  releaseRequestSchema,
  type HeldRefusal,
  type MailPreviewRequest,
  type QuarantineDeletion,
  type QuarantineQuery as ListQuery,
  type ReleaseRequest,
} from '@sluice/console-api/requests';
import { z } from 'zod';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { MailPreviewService } from './preview/mail-preview.service.js';
import { QuarantineQuery } from './quarantine.query.js';
import { ReleaseService } from './release.service.js';

const idSchema = z.uuid();

@ApiTags('quarantine')
@Controller('api/quarantine')
export class QuarantineController {
  constructor(
    private readonly quarantine: QuarantineQuery,
    private readonly releases: ReleaseService,
    private readonly previews: MailPreviewService,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: quarantineQuerySchema }) query: ListQuery) {
    return this.quarantine.list(query);
  }

  /** Who may is a matter of the operator, not of the role. */
  @Post(':id/preview')
  @HttpCode(200)
  @AllowReading()
  preview(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: mailPreviewRequestSchema }) request: MailPreviewRequest,
  ) {
    return this.previews.read(caller, id, request);
  }

  /** Mail leaves over SMTP soon after; how that went stands in the list. */
  @Post('release')
  @HttpCode(200)
  @AllowRoles('administrator', 'security-officer')
  release(@CurrentCaller() caller: Caller, @Body({ schema: releaseRequestSchema }) request: ReleaseRequest) {
    return this.releases.release(caller, request);
  }

  /** Held mail: its sender is told over SMTP soon after. */
  @Post('refuse')
  @HttpCode(200)
  @AllowRoles('administrator', 'security-officer')
  refuse(@CurrentCaller() caller: Caller, @Body({ schema: heldRefusalSchema }) request: HeldRefusal) {
    return this.releases.refuse(caller, request);
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
