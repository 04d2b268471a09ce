import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  alertStateNames,
  dispositionNames,
  importanceNames,
  systemTypeNames,
  technologyNames,
} from '@sluice/console-api/words';
import { alertExportSchema, type AlertExport } from '@sluice/console-api/requests';
import type { ServerResponse } from 'node:http';
import { AllowReading } from '../api/caller.js';
import { exportedAtOnce, sendCsv } from '../lists/send-csv.js';
import type { CsvCell } from '../lists/write-csv.js';
import { describeUnexamined } from '../lists/describe-unexamined.js';
import { AlertQuery } from './alert.query.js';

const columns = [
  'id',
  'created',
  'importance',
  'state',
  'disposition',
  'assignee',
  'closed by',
  'closed at',
  'closing comment',
  'detections',
  'not examined',
  'found by',
  'source',
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
  'link',
];
type Item = Awaited<ReturnType<AlertQuery['listToExport']>>['items'][number];

@ApiTags('alerts')
@Controller('api/alert-export')
export class AlertExportController {
  constructor(private readonly alerts: AlertQuery) {}

  /** Everything that fits the filters. */
  @Get()
  @AllowReading()
  @ApiProduces('text/csv')
  send(
    @Query({ schema: alertExportSchema }) query: AlertExport,
    @Headers('host') host: string | undefined,
    @Res() response: ServerResponse,
  ) {
    return sendCsv(response, {
      name: 'alerts',
      columns,
      page: (cursor) => this.alerts.listToExport({ ...query, limit: exportedAtOnce, cursor }),
      toCells: (alert) => toCells(alert, host),
    });
  }
}

const toCells = (alert: Item, host: string | undefined): CsvCell[] => [
  alert.id,
  alert.createdAt,
  importanceNames[alert.importance],
  alertStateNames[alert.state],
  alert.disposition === null ? null : dispositionNames[alert.disposition],
  alert.assignee,
  alert.closing?.operator ?? null,
  alert.closing?.at ?? null,
  alert.closing?.comment ?? null,
  alert.names.join('; '),
  describeUnexamined(alert),
  alert.technologies.map((technology) => technologyNames[technology]).join('; '),
  systemTypeNames[alert.source],
  alert.sensorId,
  alert.systemName,
  alert.object.name,
  alert.object.size,
  alert.object.sha256,
  alert.message?.sender ?? null,
  alert.message?.recipients.join('; ') ?? null,
  alert.message?.subject ?? null,
  alert.scanId,
  alert.sourceAddress,
  // As the caller named this console: the file is for the one who asked.
  `https://${host ?? ''}/alerts/${alert.id}`,
];
