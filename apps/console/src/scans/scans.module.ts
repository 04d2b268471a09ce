import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { ScanExportController } from './scan-export.controller.js';
import { ScanQuery } from './scan.query.js';
import { ScansController } from './scans.controller.js';

@Module({
  imports: [LedgerModule, QuarantineModule],
  controllers: [ScansController, ScanExportController],
  providers: [ScanQuery],
})
export class ScansModule {}
