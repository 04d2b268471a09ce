import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditStore } from './audit.store.js';

@Module({
  controllers: [AuditController],
  providers: [AuditStore],
  exports: [AuditStore],
})
export class AuditModule {}
