import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { KeptObjectsStore } from './kept-objects.store.js';
import { LedgerChanges } from './ledger-changes.js';

@Module({
  imports: [AuditModule],
  providers: [LedgerChanges, KeptObjectsStore],
  exports: [LedgerChanges, KeptObjectsStore],
})
export class LedgerModule {}
