import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { LedgerChanges } from './ledger-changes.js';

@Module({
  imports: [AuditModule],
  providers: [LedgerChanges],
  exports: [LedgerChanges],
})
export class LedgerModule {}
