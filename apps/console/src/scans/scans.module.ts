import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ScanQuery } from './scan.query.js';
import { ScansController } from './scans.controller.js';

@Module({
  imports: [LedgerModule],
  controllers: [ScansController],
  providers: [ScanQuery],
})
export class ScansModule {}
