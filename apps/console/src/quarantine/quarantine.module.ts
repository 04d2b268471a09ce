import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { QuarantineController } from './quarantine.controller.js';
import { QuarantineQuery } from './quarantine.query.js';
import { ReleaseService } from './release.service.js';

@Module({
  imports: [LedgerModule],
  controllers: [QuarantineController],
  providers: [QuarantineQuery, ReleaseService],
})
export class QuarantineModule {}
