import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { QuarantineModule } from '../quarantine/quarantine.module.js';
import { FailedJobExportController } from './failed-job-export.controller.js';
import { FailedJobQuery } from './failed-job.query.js';
import { FailedJobsController } from './failed-jobs.controller.js';

@Module({
  imports: [LedgerModule, QuarantineModule],
  controllers: [FailedJobsController, FailedJobExportController],
  providers: [FailedJobQuery],
})
export class FailedJobsModule {}
