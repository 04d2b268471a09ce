import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { ScanQuery } from './scan.query.js';
import { ScansController } from './scans.controller.js';

@Module({
  imports: [LedgerModule, QuarantineModule],
  controllers: [ScansController],
  providers: [ScanQuery],
})
export class ScansModule {}
