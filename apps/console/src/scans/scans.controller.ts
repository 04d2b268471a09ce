import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  forgetVerdictsRequestSchema,
  scansQuerySchema,
  type ForgetVerdicts,
  type ScansQuery,
} from '@sluice/console-api/requests';
import { ledgerRpc } from '@sluice/contracts';
import { z } from 'zod';
import { notFound } from '../api/api.errors.js';
import { KeptObjectsStore, restoringTimeoutMs } from '../ledger/kept-objects.store.js';
import { LedgerChanges } from '../ledger/ledger-changes.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { ScanQuery } from './scan.query.js';

const idSchema = z.uuid();

@ApiTags('scans')
@Controller('api/scans')
export class ScansController {
  constructor(
    private readonly scans: ScanQuery,
    private readonly ledger: LedgerChanges,
    private readonly kept: KeptObjectsStore,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: scansQuerySchema }) query: ScansQuery) {
    return this.scans.list(query);
  }

  @Get(':id')
  @AllowReading()
  async show(@Param('id', { schema: idSchema }) id: string) {
    const scan = await this.scans.show(id);
    if (scan === null) throw notFound('scan');
    return scan;
  }

  /** Verdicts that are told again no more; what was told stands. */
  @Post('forget-verdicts')
  @HttpCode(200)
  @AllowRoles('administrator')
  forgetVerdicts(
    @CurrentCaller() caller: Caller,
    @Body({ schema: forgetVerdictsRequestSchema }) { scanner, from, until }: ForgetVerdicts,
  ) {
    return this.ledger.ask(caller, {
      definition: ledgerRpc.forgetVerdicts,
      request: { scanner, from, until, operator: caller.name },
    });
  }

  /** The object is scanned once more, with the signatures of now. 202: the new scan is in the list. */
  @Post(':id/rescan')
  @HttpCode(202)
  @AllowRoles('administrator')
  async rescan(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    const dataKey = await this.kept.dataKeyOf(id);
    await this.ledger.carryOut(caller, {
      definition: ledgerRpc.rescan,
      request: { submissionId: id, operator: caller.name, ...(dataKey === undefined ? {} : { dataKey }) },
      timeoutMs: restoringTimeoutMs,
      target: `scan ${id}`,
    });
    return { id };
  }
}
