import { Module } from '@nestjs/common';
import { LedgerChanges } from './ledger-changes.js';

@Module({
  providers: [LedgerChanges],
  exports: [LedgerChanges],
})
export class LedgerModule {}
