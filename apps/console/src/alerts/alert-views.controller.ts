import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { newAlertViewSchema } from '@sluice/console-api/requests';
import { z } from 'zod';
import { DataSource } from 'typeorm';
import { conflict, forbidden, notFound } from '../api/api.errors.js';
import { AllowReading, CurrentCaller, type Caller } from '../api/caller.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import { inTransaction, type Transaction } from '../registry/registry-transaction.js';
import { AlertViewStore, type NewAlertView } from './alert-view.store.js';

const idSchema = z.uuid();
/** A view is a kept filter, not a change to the system: every role may have its own. Sharing one with everybody is a change, and audited. */
@ApiTags('alerts')
@Controller('api/alert-views')
export class AlertViewsController {
  constructor(
    private readonly views: AlertViewStore,
    private readonly audit: AuditStore,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @AllowReading()
  async list(@CurrentCaller() caller: Caller) {
    return { items: await this.views.list(caller.kind === 'operator' ? caller.id : null), nextCursor: null };
  }

  @Post()
  @AllowReading()
  async add(
    @CurrentCaller() caller: Caller,
    @Body({ schema: newAlertViewSchema }) body: z.infer<typeof newAlertViewSchema>,
  ) {
    if (caller.kind !== 'operator') throw forbidden('views belong to operators, not to tokens');
    const view = await inTransaction(this.dataSource, async (tx) => {
      const added = await this.views.add(tx, caller, body);
      if (added?.isShared === true) await this.note(tx, caller, { action: 'alert-view.share', after: body });
      return added;
    });
    if (view === null) throw conflict('you have as many views as can be kept; remove some first');
    return view;
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowReading()
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await inTransaction(this.dataSource, async (tx) => {
      const removed = await this.views.remove(tx, caller, id);
      if (removed === null) throw notFound('view of yours');
      if (removed.isShared) await this.note(tx, caller, { action: 'alert-view.unshare', before: removed });
    });
  }

  private note(
    tx: Transaction,
    caller: Caller,
    entry: { action: string; before?: NewAlertView; after?: NewAlertView },
  ): Promise<void> {
    const target = (entry.after ?? entry.before)?.name ?? null;
    return this.audit.record(tx, { actor: actorOf(caller), target, ...entry });
  }
}
