import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { failedJobsQuerySchema, numericIdSchema, type FailedJobsQuery } from '@sluice/console-api/requests';
import { ledgerRpc } from '@sluice/contracts';
import { notFound } from '../api/api.errors.js';
import { KeptObjectsStore, restoringTimeoutMs } from '../ledger/kept-objects.store.js';
import { LedgerChanges } from '../ledger/ledger-changes.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { FailedJobQuery } from './failed-job.query.js';

@ApiTags('failed jobs')
@Controller('api/failed-jobs')
export class FailedJobsController {
  constructor(
    private readonly failedJobs: FailedJobQuery,
    private readonly ledger: LedgerChanges,
    private readonly kept: KeptObjectsStore,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: failedJobsQuerySchema }) query: FailedJobsQuery) {
    return this.failedJobs.list(query);
  }

  @Get(':id')
  @AllowReading()
  show(@Param('id', { schema: numericIdSchema }) id: number) {
    return this.require(id);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @AllowRoles('administrator')
  async retry(@CurrentCaller() caller: Caller, @Param('id', { schema: numericIdSchema }) id: number) {
    const scan = (await this.failedJobs.show(id))?.scan ?? null;
    const dataKey = scan === null ? undefined : await this.kept.dataKeyOf(scan);
    await this.ledger.carryOut(caller, {
      definition: ledgerRpc.retryFailedJob,
      request: { failedJobId: id, operator: caller.name, ...(dataKey === undefined ? {} : { dataKey }) },
      target: `failed job ${id}`,
      timeoutMs: restoringTimeoutMs,
    });
    return { id };
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator')
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: numericIdSchema }) id: number) {
    await this.ledger.carryOut(caller, {
      definition: ledgerRpc.deleteFailedJob,
      request: { failedJobId: id, operator: caller.name },
      target: `failed job ${id}`,
    });
  }

  private async require(id: number) {
    const job = await this.failedJobs.show(id);
    if (job === null) throw notFound('failed job');
    return job;
  }
}
