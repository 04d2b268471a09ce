import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { FailedJobQuery } from './failed-job.query.js';
import { FailedJobsController } from './failed-jobs.controller.js';

@Module({
  imports: [LedgerModule],
  controllers: [FailedJobsController],
  providers: [FailedJobQuery],
})
export class FailedJobsModule {}
