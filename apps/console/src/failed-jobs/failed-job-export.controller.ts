import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { describeReason } from '@sluice/console-api/words';
import { failedJobExportSchema, type FailedJobExport } from '@sluice/console-api/requests';
import type { ServerResponse } from 'node:http';
import { AllowReading } from '../api/caller.js';
import { exportedAtOnce, sendCsv } from '../lists/send-csv.js';
import { FailedJobQuery } from './failed-job.query.js';

const columns = [
  'id',
  'failed',
  'kind',
  'reason',
  'more',
  'system ID',
  'object',
  'size',
  'SHA-256',
  'sender',
  'subject',
  'scanId',
  'can be retried',
  'link',
];

@ApiTags('failed jobs')
@Controller('api/failed-job-export')
export class FailedJobExportController {
  constructor(private readonly failedJobs: FailedJobQuery) {}

  /** Everything that fits the filters. */
  @Get()
  @AllowReading()
  @ApiProduces('text/csv')
  send(
    @Query({ schema: failedJobExportSchema }) query: FailedJobExport,
    @Headers('host') host: string | undefined,
    @Res() response: ServerResponse,
  ) {
    return sendCsv(response, {
      name: 'failed-jobs',
      columns,
      page: (cursor) => this.failedJobs.list({ ...query, limit: exportedAtOnce, cursor }),
      toCells: (job) => [
        job.id,
        job.failedAt,
        job.kind === 'scan' ? 'Scan' : 'Message',
        describeReason(job.reason),
        job.reasonText,
        job.sensorId,
        job.object?.name ?? null,
        job.object?.size ?? null,
        job.object?.sha256 ?? null,
        job.message?.sender ?? null,
        job.message?.subject ?? null,
        job.scanId,
        job.canRetry ? 'Yes' : 'No',
        // As the caller named this console: the file is for the one who asked.
        job.scan === null ? null : `https://${host ?? ''}/scans/${job.scan}`,
      ],
    });
  }
}
