import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  listQuerySchema,
  newOperatorSchema,
  operatorChangeSchema,
  type NewOperator,
  type OperatorChangeBody,
} from '@sluice/console-api/requests';
import { z } from 'zod';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { readCursor, toPage } from '../lists/list-page.js';
import { OperatorService } from './operator.service.js';
import { OperatorStore } from './operator.store.js';

const idSchema = z.uuid();

@ApiTags('operators')
@Controller('api/operators')
export class OperatorsController {
  constructor(
    private readonly store: OperatorStore,
    private readonly service: OperatorService,
  ) {}

  @Get()
  @AllowReading()
  async list(@Query({ schema: listQuerySchema }) query: z.infer<typeof listQuerySchema>) {
    const after = readCursor(query.cursor, z.tuple([z.string().max(64)]))?.[0] ?? null;
    const operators = await this.store.list(query.limit + 1, after);
    return toPage(operators, query.limit, { item: (one) => one, keys: (one) => [one.username] });
  }

  @Post()
  @AllowRoles('administrator')
  add(@CurrentCaller() caller: Caller, @Body({ schema: newOperatorSchema }) body: NewOperator) {
    return this.service.add(caller, body);
  }

  @Patch(':id')
  @AllowRoles('administrator')
  change(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: operatorChangeSchema }) body: OperatorChangeBody,
  ) {
    return this.service.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator')
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await this.service.remove(caller, id);
  }
}
