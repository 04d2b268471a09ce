import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ledgerRpc } from '@sluice/contracts';
import { notFound } from '../answer-errors/api.errors.js';
import { LedgerChanges } from '../ask-ledger.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../guard-access/caller.js';
import { AlertQuery } from './alert.query.js';
import {
  alertChangeSchema,
  alertsQuerySchema,
  numericIdSchema,
  type AlertChange,
  type AlertsQuery,
} from './alert.schema.js';

@ApiTags('alerts')
@Controller('api/alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertQuery,
    private readonly ledger: LedgerChanges,
  ) {}

  @Get()
  @AllowReading()
  list(@Query({ schema: alertsQuerySchema }) query: AlertsQuery) {
    return this.alerts.list(query);
  }

  @Get(':id')
  @AllowReading()
  show(@Param('id', { schema: numericIdSchema }) id: number) {
    return this.require(id);
  }

  @Patch(':id')
  @AllowRoles('administrator', 'security-officer')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: numericIdSchema }) id: number,
    @Body({ schema: alertChangeSchema }) body: AlertChange,
  ) {
    const before = await this.require(id);
    const { state, assignee, comment } = body;
    await this.ledger.carryOut(caller, {
      definition: ledgerRpc.changeAlert,
      request: {
        alertId: id,
        operator: caller.name,
        ...(state === undefined ? {} : { state }),
        ...(assignee === undefined ? {} : { assignee }),
        ...(comment === undefined ? {} : { comment }),
      },
      action: 'alert.change',
      target: `alert ${id}`,
      before: { state: before.state, assignee: before.assignee },
      after: async () => {
        const after = await this.require(id);
        return {
          state: after.state,
          assignee: after.assignee,
          ...(comment === undefined ? {} : { comment }),
        };
      },
    });
    return this.require(id);
  }

  private async require(id: number) {
    const alert = await this.alerts.show(id);
    if (alert === null) throw notFound('alert');
    return alert;
  }
}
