import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { auditQuerySchema, verificationQuerySchema, type AuditQuery } from '@sluice/console-api/requests';
import type { z } from 'zod';
import { AllowReading } from '../api/caller.js';
import { AuditStore } from './audit.store.js';

@ApiTags('audit')
@Controller('api/audit')
export class AuditController {
  constructor(private readonly audit: AuditStore) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: auditQuerySchema }) query: AuditQuery) {
    return this.audit.list(query);
  }

  /** Recomputes the whole chain. */
  @Get('verification')
  @AllowReading()
  verify(@Query({ schema: verificationQuerySchema }) { head }: z.infer<typeof verificationQuerySchema>) {
    return this.audit.verify(head === undefined ? [] : [head]);
  }
}
