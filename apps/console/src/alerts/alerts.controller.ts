import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  alertBulkChangeSchema,
  alertChangeSchema,
  alertCountSchema,
  alertGroupsSchema,
  alertsQuerySchema,
  numericIdSchema,
  type AlertBulkChange,
  type AlertChange,
  type AlertCount,
  type AlertGroupsRequest,
  type AlertsQuery,
} from '@sluice/console-api/requests';
import { ledgerRpc } from '@sluice/contracts';
import { notFound } from '../api/api.errors.js';
import { LedgerChanges } from '../ledger/ledger-changes.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { AlertBulkChangeService } from './alert-bulk-change.service.js';
import { AlertGroupsQuery } from './alert-groups.query.js';
import { AlertSearchQuery } from './alert-search.query.js';
import { AlertQuery } from './alert.query.js';

@ApiTags('alerts')
@Controller('api/alert-count')
export class AlertCountController {
  constructor(private readonly alerts: AlertQuery) {}

  /** How many alerts fit the filters, before all of them are changed. */
  @Get()
  @AllowReading()
  count(@Query({ schema: alertCountSchema }) query: AlertCount) {
    return this.alerts.count(query);
  }
}

@ApiTags('alerts')
@Controller('api/alert-groups')
export class AlertGroupsController {
  constructor(private readonly groups: AlertGroupsQuery) {}

  /** The alerts that fit the filters by what they have in common, the largest groups first. */
  @Get()
  @AllowReading()
  list(@Query({ schema: alertGroupsSchema }) query: AlertGroupsRequest) {
    return this.groups.list(query);
  }
}

@ApiTags('alerts')
@Controller('api/alert-search')
export class AlertSearchController {
  constructor(private readonly search: AlertSearchQuery) {}

  /** What the search in alerts finds, and what it leaves out. */
  @Get()
  @AllowReading()
  describe() {
    return this.search.describe();
  }
}

@ApiTags('alerts')
@Controller('api/alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertQuery,
    private readonly ledger: LedgerChanges,
    private readonly bulk: AlertBulkChangeService,
  ) {}

  /** The named alerts, or at most 500 of those that fit a filter; `nextCursor` goes on with the rest. */
  @Patch()
  @AllowRoles('administrator', 'security-officer')
  changeMany(
    @CurrentCaller() caller: Caller,
    @Body({ schema: alertBulkChangeSchema }) body: AlertBulkChange,
  ) {
    return this.bulk.change(caller, body);
  }

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
    const { state, assignee, disposition, comment, ifState } = body;
    await this.ledger.carryOut(caller, {
      definition: ledgerRpc.changeAlert,
      request: {
        alertId: id,
        operator: caller.name,
        ...(state === undefined ? {} : { state }),
        ...(assignee === undefined ? {} : { assignee }),
        ...(disposition === undefined ? {} : { disposition }),
        ...(comment === undefined ? {} : { comment }),
        ...(ifState === undefined ? {} : { ifState }),
      },
      target: `alert ${id}`,
    });
    return this.require(id);
  }

  private async require(id: number) {
    const alert = await this.alerts.show(id);
    if (alert === null) throw notFound('alert');
    return alert;
  }
}
