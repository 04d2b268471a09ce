import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  listQuerySchema,
  newRuleSchema,
  ruleChangeSchema,
  rulePreviewRequestSchema,
  type RuleChange,
  type RulePreviewRequest,
} from '@sluice/console-api/requests';
import type { Rule } from '@sluice/notifications';
import { z } from 'zod';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../../api/caller.js';
import { readCursor, toPage } from '../../lists/list-page.js';
import { RulePreviewService } from './rule-preview.service.js';
import { RuleService } from './rule.service.js';
import { RuleStore } from './rule.store.js';

const idSchema = z.uuid();

@ApiTags('notifications')
@Controller('api/notification-rules')
export class NotificationRulesController {
  constructor(
    private readonly store: RuleStore,
    private readonly service: RuleService,
    private readonly previews: RulePreviewService,
  ) {}

  @Get()
  @AllowReading()
  async list(@Query({ schema: listQuerySchema }) query: z.infer<typeof listQuerySchema>) {
    const after = readCursor(query.cursor, z.tuple([z.string().max(256)]))?.[0] ?? null;
    const rules = await this.store.list(query.limit + 1, after);
    return toPage(rules, query.limit, { item: (one) => one, keys: (one) => [one.name.toLowerCase()] });
  }

  @Get(':id')
  @AllowReading()
  show(@Param('id', { schema: idSchema }) id: string) {
    return this.service.require(null, id);
  }

  @Post()
  @AllowRoles('administrator', 'security-officer')
  add(@CurrentCaller() caller: Caller, @Body({ schema: newRuleSchema }) body: Rule) {
    return this.service.add(caller, body);
  }

  /** Changes nothing. */
  @Post('preview')
  @HttpCode(200)
  @AllowReading()
  preview(@Body({ schema: rulePreviewRequestSchema }) body: RulePreviewRequest) {
    return this.previews.preview(body);
  }

  @Patch(':id')
  @AllowRoles('administrator', 'security-officer')
  change(
    @CurrentCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: ruleChangeSchema }) body: RuleChange,
  ) {
    return this.service.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator', 'security-officer')
  async remove(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await this.service.remove(caller, id);
  }
}
