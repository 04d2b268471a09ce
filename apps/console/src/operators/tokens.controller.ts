import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Database } from '@sluice/database';
import { z } from 'zod';
import { notFound } from '../api/api.errors.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { AllowReading, AllowRoles, CurrentCaller, type Caller } from '../api/caller.js';
import { listQuery, readCursor, toPage } from '../lists/list-page.js';
import { actorOf, AuditStore } from '../audit/audit.store.js';
import { makeSecret } from './secret-value.js';
import { newTokenSchema, type NewToken } from './token.schema.js';
import { TokenStore } from './token.store.js';
import { inTransaction } from '../registry/registry-transaction.js';

const querySchema = z.object(listQuery);
const idSchema = z.uuid();
const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

@ApiTags('tokens')
@Controller('api/tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokenStore,
    private readonly audit: AuditStore,
    @Inject(databaseToken) private readonly database: Database,
  ) {}

  @Get()
  @AllowReading()
  async list(@Query({ schema: querySchema }) query: z.infer<typeof querySchema>) {
    const tokens = await this.tokens.list(query.limit + 1, readCursor(query.cursor, cursorSchema));
    return toPage(tokens, query.limit, { item: (one) => one, keys: (one) => [one.createdAt, one.id] });
  }

  /** The only answer that ever holds the token itself. */
  @Post()
  @AllowRoles('administrator')
  async add(@CurrentCaller() caller: Caller, @Body({ schema: newTokenSchema }) body: NewToken) {
    const secret = `sluice_${makeSecret()}`;
    const token = await inTransaction(this.database, async (tx) => {
      const row = { ...body, addressRanges: body.addressRanges ?? null, secret, createdBy: caller.name };
      const made = await this.tokens.add(tx, row);
      await this.audit.record(tx, {
        actor: actorOf(caller),
        action: 'token.add',
        target: made.name,
        after: made,
      });
      return made;
    });
    return { ...token, token: secret };
  }

  @Delete(':id')
  @HttpCode(204)
  @AllowRoles('administrator')
  async revoke(@CurrentCaller() caller: Caller, @Param('id', { schema: idSchema }) id: string) {
    await inTransaction(this.database, async (tx) => {
      const revoked = await this.tokens.revoke(tx, id);
      if (revoked === null) throw notFound('valid token');
      await this.audit.record(tx, {
        actor: actorOf(caller),
        action: 'token.revoke',
        target: revoked.name,
        before: revoked,
      });
    });
  }
}
