import { Module } from '@nestjs/common';
import { AuditExportController } from './audit-export.controller.js';
import { AuditController } from './audit.controller.js';
import { AuditStore } from './audit.store.js';

@Module({
  controllers: [AuditController, AuditExportController],
  providers: [AuditStore],
  exports: [AuditStore],
})
export class AuditModule {}
