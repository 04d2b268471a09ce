import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { auditExportSchema, type AuditExport } from '@sluice/console-api/requests';
import type { ServerResponse } from 'node:http';
import { AllowReading } from '../api/caller.js';
import { exportedAtOnce, sendCsv } from '../lists/send-csv.js';
import { AuditStore } from './audit.store.js';

const columns = [
  'number',
  'time',
  'actor',
  'kind of actor',
  'address',
  'action',
  'target',
  'before',
  'after',
];

@ApiTags('audit')
@Controller('api/audit-export')
export class AuditExportController {
  constructor(private readonly audit: AuditStore) {}

  /** Everything that fits the filters, the newest first. */
  @Get()
  @AllowReading()
  @ApiProduces('text/csv')
  send(@Query({ schema: auditExportSchema }) query: AuditExport, @Res() response: ServerResponse) {
    return sendCsv(response, {
      name: 'audit',
      columns,
      page: (cursor) => this.audit.list({ ...query, limit: exportedAtOnce, cursor }),
      toCells: (entry) => [
        entry.id,
        entry.at,
        entry.actor,
        entry.actorKind,
        entry.address,
        entry.action,
        entry.target,
        toText(entry.before),
        toText(entry.after),
      ],
    });
  }
}

const toText = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);
