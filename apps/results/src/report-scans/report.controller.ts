import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ledgerRpc, type ScanRequest } from '@sluice/contracts';
import { Database } from '@sluice/database';
import { requestOf } from '@sluice/rpc';
import { queryReport } from './report.query.js';

@Controller()
export class ReportController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @MessagePattern(ledgerRpc.report.pattern)
  async report(@Payload(requestOf(ledgerRpc.report)) request: ScanRequest) {
    return { report: await queryReport(this.database.query, request) };
  }
}
