import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { cleanName } from '@sluice/contracts';
import { z } from 'zod';
import { conflict, forbidden, notFound } from '../api/api.errors.js';
import { AllowReading, CurrentCaller, type Caller } from '../api/caller.js';
import { AlertViewStore } from './alert-view.store.js';

const idSchema = z.uuid();
const newViewSchema = z.strictObject({
  name: z.string().min(1).max(256).transform(cleanName).pipe(z.string().min(1)),
  query: z
    .string()
    .max(2048)
    .regex(/^[\x21-\x7e]*$/, 'as it stands in an address, without the question mark'),
  isShared: z.boolean().default(false),
});

/** A view is a kept filter, not a change to the system: every role may have its own, and it isn't audited. */
@ApiTags('alerts')
@Controller('api/alert-views')
export class AlertViewsController {
  constructor(private readonly views: AlertViewStore) {}

  @Get()
  @AllowReading()
  async list(@CurrentCaller() caller: Caller) {
    return { items: await this.views.list(caller.kind === 'operator' ? caller.id : null), nextCursor: null };
  }

  @Post()
  @AllowReading()
  async add(
    @CurrentCaller() caller: Caller,
    @Body({ schema: newViewSchema }) body: z.infer<typeof newViewSchema>,
  ) {
    if (caller.kind !== 'operator') throw forbidden('views belong to operators, not to tokens');
    const view = await this.views.add(caller, body);
    if (view === null) throw conflict('you have as many views as can be kept; remove some first');
    return view;
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowReading()
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    if (!(await this.views.remove(caller, id))) throw notFound('view of yours');
  }
}
