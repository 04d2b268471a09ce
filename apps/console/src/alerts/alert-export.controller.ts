import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { alertExportSchema, type AlertExport } from '@sluice/console-api/requests';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { AllowReading } from '../api/caller.js';
import { AlertQuery } from './alert.query.js';
import { csvLine } from './write-csv.js';

const rowsAtOnce = 500;
const columns = [
  'id',
  'created',
  'importance',
  'state',
  'disposition',
  'assignee',
  'detections',
  'technologies',
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
/** So that spreadsheets read the rest as UTF-8. */
const byteOrderMark = '\ufeff';

type Item = Awaited<ReturnType<AlertQuery['list']>>['items'][number];

@ApiTags('alerts')
@Controller('api/alert-export')
export class AlertExportController {
  constructor(private readonly alerts: AlertQuery) {}

  /** Everything that fits the filters, page by page as the receiver takes it. */
  @Get()
  @AllowReading()
  @ApiProduces('text/csv')
  async send(
    @Query({ schema: alertExportSchema }) query: AlertExport,
    @Headers('host') host: string | undefined,
    @Res() response: ServerResponse,
  ) {
    let page = await this.alerts.list({ ...query, limit: rowsAtOnce });
    response.writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="alerts-${new Date().toISOString().slice(0, 10)}.csv"`,
    });
    response.write(byteOrderMark + csvLine(columns));
    for (;;) {
      const isTaken = response.write(page.items.map((alert) => toLine(alert, host)).join(''));
      if (!isTaken && !response.destroyed)
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (page.nextCursor === null || response.destroyed) break;
      page = await this.alerts.list({ ...query, limit: rowsAtOnce, cursor: page.nextCursor });
    }
    response.end();
  }
}

const toLine = (alert: Item, host: string | undefined): string =>
  csvLine([
    alert.id,
    alert.createdAt,
    alert.importance,
    alert.state,
    alert.disposition,
    alert.assignee,
    alert.names.join('; '),
    alert.technologies.join('; '),
    alert.source,
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
  ]);
