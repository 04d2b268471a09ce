import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AllowReading } from '../api/caller.js';
import { auditQuerySchema, AuditStore, type AuditQuery } from './audit.store.js';

@ApiTags('audit')
@Controller('api/audit')
export class AuditController {
  constructor(private readonly audit: AuditStore) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: auditQuerySchema }) query: AuditQuery) {
    return this.audit.list(query);
  }
}
