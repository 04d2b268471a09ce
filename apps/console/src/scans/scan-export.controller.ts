import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { describeReason, scanStateNames, systemTypeNames } from '@sluice/console-api/words';
import { scanExportSchema, type ScanExport } from '@sluice/console-api/requests';
import type { ServerResponse } from 'node:http';
import { AllowReading } from '../api/caller.js';
import { describeUnexamined } from '../lists/describe-unexamined.js';
import { exportedAtOnce, sendCsv } from '../lists/send-csv.js';
import type { CsvCell } from '../lists/write-csv.js';
import { ScanQuery } from './scan.query.js';

const columns = [
  'received',
  'finished',
  'state',
  'reason',
  'not examined',
  'detections',
  'type',
  'system ID',
  'system name',
  'object',
  'size',
  'SHA-256',
  'sender',
  'recipients',
  'subject',
  'scanId',
  'address',
  'scanner',
  'link',
];
type Item = Awaited<ReturnType<ScanQuery['list']>>['items'][number];

@ApiTags('scans')
@Controller('api/scan-export')
export class ScanExportController {
  constructor(private readonly scans: ScanQuery) {}

  /** Everything that fits the filters. */
  @Get()
  @AllowReading()
  @ApiProduces('text/csv')
  send(
    @Query({ schema: scanExportSchema }) query: ScanExport,
    @Headers('host') host: string | undefined,
    @Res() response: ServerResponse,
  ) {
    return sendCsv(response, {
      name: 'scans',
      columns,
      page: (cursor) => this.scans.list({ ...query, limit: exportedAtOnce, cursor }),
      toCells: (scan) => toCells(scan, host),
    });
  }
}

const toCells = (scan: Item, host: string | undefined): CsvCell[] => [
  scan.times.accepted,
  scan.times.finished,
  scanStateNames[scan.state],
  scan.reason === null ? null : describeReason(scan.reason),
  describeUnexamined(scan),
  scan.detectionsTotal,
  systemTypeNames[scan.type],
  scan.sensorId,
  scan.systemName,
  scan.object.name,
  scan.object.size,
  scan.object.sha256,
  scan.message?.sender ?? null,
  scan.message?.recipients.join('; ') ?? null,
  scan.message?.subject ?? null,
  scan.scanId,
  scan.sourceAddress,
  scan.scanner,
  // As the caller named this console: the file is for the one who asked.
  `https://${host ?? ''}/scans/${scan.id}`,
];
